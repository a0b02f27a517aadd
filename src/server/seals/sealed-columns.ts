import type { Selectable } from 'kysely';
import type { Tables } from '../../db/tables.ts';

/**
 * What a seal covers, by table, in this order: everything that decides who may do what. A seal over other columns would
 * fit no row that is there, so a new one is added only with a step that seals anew.
 */
export const sealedColumns = {
  user: [
    'id',
    'kind',
    'name',
    'email',
    'email_f',
    'password_hash',
    'role',
    'scope',
    'disabled_at',
    'enrolled_at',
    'factors',
    'sealed_idx',
  ],
  session: ['id', 'token_mac', 'user_id', 'created_at', 'confirmed_at', 'expires_at', 'stage'],
  token: ['id', 'token_mac', 'user_id', 'role', 'scope', 'expires_on', 'revoked_at', 'created_at', 'sealed_idx'],
  settings: [
    'id',
    'organisation',
    'time_zone',
    'locale',
    'house_id',
    'master_key_confirmed',
    'technicians_manage_keys',
    'second_factor_required',
    'sealed_idx',
  ],
  setup_token: ['token_mac', 'expires_at'],
} as const satisfies { [Table in keyof Tables]?: readonly (keyof Tables[Table])[] };

/**
 * What is written without a seal: it decides nothing, or only for the worse of whoever forges it; of a session, when it was
 * used last, how long it goes on unused within its twelve hours.
 */
export const bookkeepingColumns = {
  user: ['locale', 'search_f', 'version', 'created_at'],
  session: ['last_seen_at', 'address'],
  token: ['name', 'last_used_on'],
  settings: ['version'],
  setup_token: [],
} as const satisfies { [Table in keyof typeof sealedColumns]: readonly (keyof Tables[Table])[] };

export type SealedTable = keyof typeof sealedColumns;

/** A whole row of such a table. */
export type RowOf<Table extends SealedTable> = Selectable<Tables[Table]>;
