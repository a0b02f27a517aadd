/** A text of a record after a PATCH: absent leaves it as it is, null clears it. */
export function patched(given: string | null | undefined, before: string): string {
  return given === undefined ? before : (given ?? '');
}
