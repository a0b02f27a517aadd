import { type Step, textType } from '../step.ts';

/** Proves who ran an import: that decides who reads of it. Of those that ran before, only who sees all customers does. */
export const step: Step = (engine) => [
  `ALTER TABLE import ADD COLUMN owner_seal ${textType(engine)} NOT NULL DEFAULT ''`,
];
