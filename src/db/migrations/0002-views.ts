import type { Step } from '../step.ts';

/** Lists as people want to see them again. */
const viewStatements = [
  `CREATE TABLE saved_view (id TEXT PRIMARY KEY, owner_id TEXT NOT NULL REFERENCES "user" (id), list TEXT NOT NULL,
     name TEXT NOT NULL, name_f TEXT NOT NULL, query TEXT NOT NULL,
     shared integer NOT NULL DEFAULT 0 CHECK (shared IN (0, 1)), version integer NOT NULL DEFAULT 1,
     CONSTRAINT saved_view_name_unique UNIQUE (owner_id, list, name_f))`,
];

export const step: Step = () => viewStatements;
