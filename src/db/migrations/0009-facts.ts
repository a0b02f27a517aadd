import { type Step, textType } from '../step.ts';

/** The records that have a statement of their own, by the kind of its subject. */
const tables = {
  settings: 'settings',
  customer: 'customer',
  product: 'product',
  license: 'license',
  key: '"key"',
  equipment: 'equipment',
  assignment: 'assignment',
  renewal: 'renewal',
  attribute: 'attribute',
  view: 'saved_view',
  user: '"user"',
  token: 'token',
};

/**
 * Which records were there before entries told all of their fields: what each is has yet to be stated
 * (server/audit/state-facts.ts). In a new database there are none.
 */
function factsStatements(text: string): string[] {
  return [
    `CREATE TABLE unstated (kind ${text} NOT NULL, id ${text} NOT NULL, PRIMARY KEY (kind, id))`,
    ...Object.entries(tables).map(
      ([kind, table]) => `INSERT INTO unstated (kind, id) SELECT '${kind}', CAST(id AS text) FROM ${table}`,
    ),
  ];
}

export const step: Step = (engine) => factsStatements(textType(engine));
