type Fields = Record<string, unknown>;
export type Changes = Record<string, { old: unknown; new: unknown }>;

/** What an edit changed, by field, for its audit entry; attributes stand one by one, as `attributes.NAME`. */
export function changesBetween(before: Fields, after: Fields): Changes {
  const old = flat(before);
  const next = flat(after);
  const names = [...new Set([...Object.keys(old), ...Object.keys(next)])];
  return Object.fromEntries(
    names
      .filter((name) => JSON.stringify(shown(old[name])) !== JSON.stringify(shown(next[name])))
      .map((name) => [name, { old: shown(old[name]), new: shown(next[name]) }]),
  );
}

/** The fields of a new or deleted record that have a value. */
export function givenFields(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(flat(fields)).filter(([, value]) => shown(value) !== null));
}

function flat({ attributes, ...fields }: Fields): Fields {
  const own = Object.entries(attributes ?? {}).map(([name, value]) => [`attributes.${name}`, value]);
  return { ...fields, ...Object.fromEntries(own) };
}

/** Absent text stands as '' in a record and as null for people. */
function shown(value: unknown): unknown {
  return value === '' || value === undefined ? null : value;
}
