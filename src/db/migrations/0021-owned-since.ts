import { type Step, textType } from '../step.ts';

/** By these a key was its owner's: those of its assignments go by whose the unit or the person is. */
const ofOwner = ['key.created', 'key.updated', 'key.renewed', 'key.revoked', 'key.reinstated', 'key.expired'];
const ownersEntries = `FROM audit_entry e WHERE e.key_id = "key".id AND e.action IN (${ofOwner.map((action) => `'${action}'`).join(', ')})`;
const lastOfAnother = `(SELECT max(e.idx) ${ownersEntries} AND e.customer_id <> "key".customer_id)`;

/**
 * Since when a key is its customer's: what was renewed and removed before is not theirs to see (P2). The entry of the move is
 * the first that was made under the new customer.
 */
export const step: Step = (engine) => [
  `ALTER TABLE "key" ADD COLUMN owned_since ${textType(engine)} NOT NULL DEFAULT ''`,
  `UPDATE "key" SET owned_since = coalesce(
     (SELECT min(e.at) ${ownersEntries} AND e.customer_id = "key".customer_id AND e.idx > ${lastOfAnother}),
     (SELECT max(e.at) ${ownersEntries} AND e.customer_id <> "key".customer_id))
   WHERE EXISTS (SELECT 1 ${ownersEntries} AND e.customer_id <> "key".customer_id)`,
];
