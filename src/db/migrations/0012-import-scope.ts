import { type Step, textType } from '../step.ts';

/**
 * Whose records an import could reach: what it reports is for who reaches as many (P2). Of those that ran before, what their
 * actor reaches now.
 */
export const step: Step = (engine) => [
  `ALTER TABLE import ADD COLUMN scope ${textType(engine)} NOT NULL DEFAULT 'all'`,
  `UPDATE import SET scope = (SELECT u.scope FROM "user" u WHERE u.id = import.actor_id)`,
];
