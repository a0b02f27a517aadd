import type { Step } from '../step.ts';

/** What the log tells of whether a key is out of use: asked at each apply, beside whose it is. */
export const step: Step = () => [
  `CREATE INDEX audit_key_revocation ON audit_entry (key_id, idx) WHERE (action || '') IN ('key.revoked', 'key.reinstated')`,
];
