import type { Step } from '../step.ts';

/**
 * What the log tells of a person, a token or the settings, to see whether their row is the newest. Entries about keys and
 * units, which are nearly all, have indexes of their own and are left out.
 */
export const step: Step = () => [
  `CREATE INDEX audit_by_subject ON audit_entry (subject, action, idx) WHERE key_id IS NULL AND equipment_id IS NULL`,
];
