import { type Step, textType } from '../step.ts';

/** By when a license is to be cancelled, and whether it renews itself otherwise (E8). */
export const step: Step = (engine) => [
  `ALTER TABLE license ADD COLUMN notice_by ${textType(engine)} NOT NULL DEFAULT ''`,
  'ALTER TABLE license ADD COLUMN renews_itself integer NOT NULL DEFAULT 0',
];
