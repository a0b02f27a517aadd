/**
 * What stays of an entry whose content is erased with its key, so that any past day keeps its counts: ids, kind,
 * validity, seats, and days. Never a name, a mask, a remark, or what somebody wrote.
 */
const surviving: readonly string[] = [
  'assignment',
  'seat',
  'productId',
  'licenseId',
  'customerId',
  'keyType',
  'delivery',
  'validityStart',
  'validityEnd',
  'seats',
  'oldEnd',
  'newEnd',
  'appliedOn',
  'removedOn',
  'replaces',
  'replacedBy',
];

type Details = Record<string, unknown>;

/** The facts of an entry that survive its erasure; of a change, old and new of such fields. */
export function survivingFacts(details: Details): Details {
  const { changes } = details;
  const kept = only(details);
  if (typeof changes !== 'object' || changes === null) return kept;
  const changed = only({ ...changes });
  return Object.keys(changed).length > 0 ? { ...kept, changes: changed } : kept;
}

function only(details: Details): Details {
  return Object.fromEntries(Object.entries(details).filter(([name]) => surviving.includes(name)));
}
