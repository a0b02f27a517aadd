import { type Step, textType } from '../step.ts';

/**
 * What one user may do only so often is counted by the clock of the server that did it: the log's time is held where a
 * clock ran ahead. And the keys that are recorded as expired, to find those recorded before their end.
 */
function clockStatements(textType: string): string[] {
  return [
    `CREATE TABLE limited_use (actor_id ${textType} NOT NULL REFERENCES "user" (id), what ${textType} NOT NULL,
       at ${textType} NOT NULL, times integer NOT NULL, PRIMARY KEY (actor_id, what, at))`,
    `CREATE INDEX key_expiry_recorded ON "key" (validity_end, id) WHERE expiry_recorded_end = validity_end`,
  ];
}

export const step: Step = (engine) => clockStatements(textType(engine));
