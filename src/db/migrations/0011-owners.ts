import type { Step } from '../step.ts';

/**
 * What the log tells of whose a key or unit is: the few of its entries that say so, of which each apply asks, among as many
 * as it was applied and removed. Spelled so that the index of actions, which finds the entries of everything, serves no such query.
 */
export const step: Step = () => [
  `CREATE INDEX audit_key_owner ON audit_entry (key_id, idx) WHERE (action || '') IN ('key.created', 'key.updated')`,
  `CREATE INDEX audit_equipment_owner ON audit_entry (equipment_id, idx)
     WHERE (action || '') IN ('equipment.created', 'equipment.updated')`,
];
