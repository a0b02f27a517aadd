import type { Step } from '../step.ts';

/**
 * What every row of a long file asks: whether a key has, or had, a holder since a day, among as many as one key has had,
 * and which unit has an asset tag, whosever it is.
 */
export const step: Step = () => [
  `CREATE INDEX assignment_by_holder ON assignment (key_id, equipment_id, user_f, applied_on)`,
  `CREATE INDEX equipment_by_asset_tag ON equipment (asset_tag_f) WHERE asset_tag_f IS NOT NULL`,
];
