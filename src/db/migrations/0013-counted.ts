import { type Step, textType } from '../step.ts';

/** Proves that the server itself has counted so: what is not told yet becomes an entry in somebody's name. */
export const step: Step = (engine) => [
  `ALTER TABLE refused_attempt ADD COLUMN mac ${textType(engine)} NOT NULL DEFAULT ''`,
];
