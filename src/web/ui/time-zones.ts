/** The time zones to choose from: the browser's list, and those it leaves out, which are UTC and old names. */
export function timeZonesWith(own: string): string[] {
  return [...new Set([own, 'UTC', ...Intl.supportedValuesOf('timeZone')])];
}
