import type { Tables } from '../../db/tables.ts';
import {
  type Fact,
  type RecordTable,
  recordTables,
  type Untold,
  untoldTables,
} from '../../domain/audit/record-facts.ts';
import { FAR_END } from '../../domain/day.ts';
import { cipherDigest, codeDigest, factorDigest, passwordDigest, tokenDigest } from '../secrets/digests.ts';
import type { Vault } from '../secrets/vault.ts';

type Row = Readonly<Record<string, unknown>>;
export type Facts = Record<string, unknown>;

/** The types ask for every table, and for every column of those that hold records. */
const told: { readonly [Table in RecordTable]: { readonly [Column in keyof Tables[Table]]: Fact | Untold } } =
  recordTables;
untoldTables satisfies { readonly [Table in Exclude<keyof Tables, RecordTable>]: string };

/** What a row of a record says, in the words of the log; null where there is nothing. */
export function factsOfRow(vault: Vault, table: RecordTable, row: Row): Facts {
  const facts = Object.entries<Fact | Untold>(told[table]).flatMap(([column, told]): [string, unknown][] => {
    if ('untold' in told) return [];
    const { fact, reads } = told;
    if (reads === 'attributes')
      return Object.entries(JSON.parse(String(row[column]))).map(([name, value]) => [`attributes.${name}`, value]);
    return [[fact, factValue(vault, { table, row, reads }, row[column])]];
  });
  return Object.fromEntries(facts);
}

type Reading = { table: RecordTable; row: Row; reads: Exclude<Fact['reads'], 'attributes'> };

function factValue(vault: Vault, { table, row, reads }: Reading, value: unknown): unknown {
  switch (reads) {
    case 'value':
      return value === '' ? null : value;
    case 'size':
      return value === 0 ? null : value;
    case 'delivery':
      return value === 'key' ? null : value;
    case 'flag':
      return value === 1;
    case 'given':
      return value !== '';
    case 'list':
      return JSON.parse(String(value));
    case 'customers':
      return value === 'all' || value === 'owner' ? null : JSON.parse(String(value));
    case 'end':
      return value === FAR_END ? null : value;
    case 'digest':
      return typeof value === 'string' ? (digests[table]?.(vault, value, row) ?? null) : null;
  }
}

type Digest = (vault: Vault, value: string, row: Row) => string | undefined;

/** Of the one secret that a row of these tables has. */
const digests: { readonly [Table in RecordTable]?: Digest } = {
  key: (vault, cipher, { id }) => cipherDigest(vault, cipher, String(id)),
  user: passwordDigest,
  second_factor: (vault, secret, { user_id }) => factorDigest(vault, secret, String(user_id)),
  recovery_code: codeDigest,
  token: tokenDigest,
};
