import { type Step, textType } from '../step.ts';

/**
 * What it takes to undo an import (X7): how long the log was when it began, and how far an undo is, through entries that it
 * reads from the last one back. Of imports that ran before, the former is not known. And the rows that an import left out,
 * encrypted, to be given back.
 */
export const step: Step = (engine) => [
  'ALTER TABLE import ADD COLUMN log_from integer',
  `ALTER TABLE import ADD COLUMN undo_status ${textType(engine)} NOT NULL DEFAULT ''`,
  `ALTER TABLE import ADD COLUMN undo_by ${textType(engine)}`,
  `ALTER TABLE import ADD COLUMN undo_at ${textType(engine)}`,
  'ALTER TABLE import ADD COLUMN undo_pass integer NOT NULL DEFAULT 1',
  'ALTER TABLE import ADD COLUMN undo_next integer',
  `ALTER TABLE import ADD COLUMN undo_report ${textType(engine)} NOT NULL DEFAULT ''`,
  `CREATE TABLE import_rejected (import_id ${textType(engine)} PRIMARY KEY REFERENCES import (id),
     cipher ${textType(engine)} NOT NULL, created_at ${textType(engine)} NOT NULL)`,
];
