import { invalid } from '../../../domain/errors.ts';

/** Column name → field name, or null for a column that is left out. Refuses any other JSON. */
export function readMapping(json: string): Map<string, string | null> {
  const refused = (): Error =>
    invalid({
      pointer: '/mapping',
      code: 'invalid',
      detail: 'The mapping takes a JSON object of column names and field names, such as {"Product Key": "licenseKey"}.',
    });
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw refused();
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw refused();
  const entries = Object.entries(parsed).map(([name, field]): [string, string | null] => {
    if (field !== null && typeof field !== 'string') throw refused();
    return [name, field === '' ? null : field];
  });
  return new Map(entries);
}
