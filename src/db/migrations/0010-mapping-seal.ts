import { type Step, textType } from '../step.ts';

/** Which column gives the license keys decides what is encrypted: a mapping that was kept without a seal is forgotten. */
export const step: Step = (engine) => [
  'DELETE FROM import_mapping',
  `ALTER TABLE import_mapping ADD COLUMN seal ${textType(engine)} NOT NULL DEFAULT ''`,
];
