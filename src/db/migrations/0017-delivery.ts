import { type Step, textType } from '../step.ts';

const ofSecrets = ['cipher', 'hx', 'hl'];

const checks = {
  key_delivery: `delivery IN ('key', 'file', 'account')`,
  key_secret: `(cipher IS NULL) = (delivery = 'account') AND (hx IS NULL) = (delivery = 'account')
    AND (hl IS NULL) = (delivery = 'account')`,
  key_file: `(file_size > 0) = (delivery = 'file') AND (file_name = '' OR delivery = 'file')`,
};

/** How the right is delivered (K18): by a text, a file, or an account, which has no secret to be found or unique by. */
export const step: Step = (engine) => [
  `ALTER TABLE "key" ADD COLUMN delivery ${textType(engine)} NOT NULL DEFAULT 'key'`,
  `ALTER TABLE "key" ADD COLUMN file_name ${textType(engine)} NOT NULL DEFAULT ''`,
  'ALTER TABLE "key" ADD COLUMN file_size integer NOT NULL DEFAULT 0',
  ...ofSecrets.map((column) => `ALTER TABLE "key" ALTER COLUMN ${column} DROP NOT NULL`),
  ...Object.entries(checks).map(([name, check]) => `ALTER TABLE "key" ADD CONSTRAINT ${name} CHECK (${check})`),
];
