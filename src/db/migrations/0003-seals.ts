import { type Step, textType } from '../step.ts';

/**
 * What a stored hash becomes is keyed, and the rows that decide who may do what carry a seal. The columns of the hashes
 * get other names, so that an older server that still runs finds none and opens nothing. Values are sealed when the
 * vault is open (server/secrets/begin-seals.ts): no step of the schema knows a secret.
 */
function sealStatements(text: string): string[] {
  const seal = `seal ${text} NOT NULL DEFAULT ''`;
  const index = 'sealed_idx integer NOT NULL DEFAULT -1';
  return [
    'ALTER TABLE session RENAME COLUMN token_hash TO token_mac',
    'ALTER TABLE token RENAME COLUMN token_hash TO token_mac',
    'ALTER TABLE setup_token RENAME COLUMN token_hash TO token_mac',
    'ALTER TABLE recovery_code RENAME COLUMN code_hash TO code_mac',
    ...['session', 'setup_token'].map((table) => `ALTER TABLE ${table} ADD COLUMN ${seal}`),
    ...['"user"', 'token', 'settings'].flatMap((table) => [
      `ALTER TABLE ${table} ADD COLUMN ${index}`,
      `ALTER TABLE ${table} ADD COLUMN ${seal}`,
    ]),
    `ALTER TABLE "user" ADD COLUMN enrolled_at ${text}`,
    `ALTER TABLE "user" ADD COLUMN factors ${text} NOT NULL DEFAULT ''`,
  ];
}

export const step: Step = (engine) => sealStatements(textType(engine));
