import type { ReadDb } from '../../db/open.ts';
import type { AuditAction } from '../../domain/audit/actions.ts';
import { type AuditHeader, committedBody, decodeHeader, parseJson } from '../../domain/audit/entry.ts';
import type { RowOf } from '../seals/sealed-columns.ts';
import { sha256 } from './sha256.ts';

type Content = Readonly<Record<string, unknown>>;
type TokenTold = { ownerId: string | undefined; role: unknown; scope: string; expiresOn: unknown; isOver: boolean };
type FactorTold = { isOn: boolean; codes: number };

/**
 * What a log without tags tells of that which lets people in beside their password: tokens by their id, accounts of single
 * sign-on (`accountName`) with the person each is linked to, and of each person whether there is a second factor and how many recovery codes are left.
 * Entries of that version do not say what a token, a secret or a code is.
 */
export type AccessTold = {
  tokens: Map<string, TokenTold>;
  accounts: Map<string, string>;
  factors: Map<string, FactorTold>;
};

type Telling = AccessTold & { names: Map<string, unknown> };
type Take = (told: Telling, header: AuditHeader, content: Content) => void;

const personOf = ({ s }: AuditHeader) => s.slice('user:'.length);
const accountIn = ({ issuer, subject }: Content) => accountName({ issuer: String(issuer), subject: String(subject) });
const dropFactor: Take = ({ factors }, header) => factors.set(personOf(header), { isOn: false, codes: 0 });
const setCodes: Take = ({ factors }, header, { recoveryCodes }) =>
  factors.set(personOf(header), { isOn: true, codes: Number(recoveryCodes) });

/** What each action of version 0.1.0 says of it, in the order of the log. */
const takes = {
  'user.created': ({ names }, header, { name }) => names.set(personOf(header), name),
  'user.updated': ({ names }, header, { changes }) => {
    // As changesBetween made it.
    const { name } = (changes ?? {}) as { name?: { new: unknown } };
    if (name) names.set(personOf(header), name.new);
  },
  'token.created': (told, header, content) => {
    const { role, expiresOn, customerIds } = content;
    const scope = customerIds ? JSON.stringify(customerIds) : 'owner';
    const ownerId = ownerOf(told, header, content);
    told.tokens.set(header.s, { ownerId, role, scope, expiresOn, isOver: false });
  },
  'token.revoked': ({ tokens }, { s }) => {
    const token = tokens.get(s);
    if (token) token.isOver = true;
  },
  'restore.completed': ({ tokens }) => {
    for (const token of tokens.values()) token.isOver = true;
  },
  'user.identityLinked': ({ accounts }, header, content) => accounts.set(accountIn(content), personOf(header)),
  'user.identityUnlinked': ({ accounts }, _header, content) => accounts.delete(accountIn(content)),
  'user.secondFactorAdded': setCodes,
  'user.recoveryCodesMade': setCodes,
  'user.secondFactorRemoved': dropFactor,
  'user.reset': (told, header, content) => {
    if (content.secondFactorRemoved === true) dropFactor(told, header, content);
  },
  'session.opened': ({ factors }, header, { code, recoveryCodesLeft }) => {
    const told = factors.get(personOf(header));
    if (told && code === 'recovery') told.codes = Number(recoveryCodesLeft);
  },
} as const satisfies { [Action in AuditAction]?: Take };

/** Whose a token is. Made for somebody else, on the server, the entry says the name alone: that of one person, or nobody's. */
function ownerOf({ names }: Telling, { u }: AuditHeader, { owner }: Content): string | undefined {
  if (owner === undefined) return u;
  const [only, ...others] = [...names].filter(([, name]) => name === owner).map(([id]) => id);
  return others.length > 0 ? undefined : only;
}

/** How `accounts` calls an account of single sign-on. */
export function accountName({ issuer, subject }: { issuer: string; subject: string }): string {
  return JSON.stringify([issuer, subject]);
}

/** Reads a log that was found to be as signed. An entry without its content tells of nothing that lets anybody in. */
export async function accessTold(db: ReadDb): Promise<AccessTold> {
  const told: Telling = { tokens: new Map(), accounts: new Map(), factors: new Map(), names: new Map() };
  const rows = await db
    .selectFrom('audit_entry as e')
    .leftJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.header', 'p.salt', 'p.body'])
    // Object.keys forgets the names.
    .where('e.action', 'in', Object.keys(takes) as AuditAction[])
    // There are very many sign-ins; what is not one by a recovery code is told from it below.
    .where((eb) => eb.or([eb('e.action', '<>', 'session.opened'), eb('p.body', 'like', '%"recovery"%')]))
    .orderBy('e.idx')
    .execute();
  for (const row of rows) {
    const header = decodeHeader(row.header);
    const take: Take | undefined = header && (takes as Partial<Record<AuditAction, Take>>)[header.a as AuditAction];
    if (!header || !take) continue;
    const body = committedBody(sha256, header, row);
    // As appendEntries wrote it: an object.
    take(told, header, body === undefined ? {} : (parseJson(body) as Content));
  }
  return told;
}

/** Whether a token is as its entries tell, as far as they do. */
export function tellsToken({ tokens }: AccessTold, row: RowOf<'token'>): boolean {
  const told = tokens.get(`token:${row.id}`);
  return (
    told !== undefined &&
    told.ownerId === row.user_id &&
    told.role === row.role &&
    told.scope === row.scope &&
    told.expiresOn === row.expires_on &&
    told.isOver === (row.revoked_at !== null)
  );
}
