import type { ReadDb } from '../../db/open.ts';
import type { AuditAction } from '../../domain/audit/actions.ts';
import { committedBody, decodeHeader, parseJson } from '../../domain/audit/entry.ts';
import { foldText } from '../../domain/fold.ts';
import { systemUserId } from '../people/system-actor.ts';
import type { RowOf } from '../seals/sealed-columns.ts';
import { sha256 } from './sha256.ts';

/** The actions of version 0.1.0 that say who may do what. */
const telling = [
  'settings.created',
  'settings.updated',
  'user.created',
  'user.updated',
  'user.disabled',
] as const satisfies AuditAction[];

type Facts = Readonly<Record<string, unknown>>;

/**
 * The people and settings that a log without tags does not tell of as they are, in words: who somebody is, with which
 * role, for which customers and whether disabled, and what the settings let people do. Entries of that version say
 * nothing of passwords, second factors and accounts of single sign-on.
 */
export async function untoldPeople(db: ReadDb): Promise<string[]> {
  const told = await factsTold(db);
  const settings = await db.selectFrom('settings').selectAll().execute();
  const people = await db.selectFrom('user').selectAll().orderBy('id').execute();
  return [
    ...settings.filter((row) => !tellsSettings(told.get(`settings:${row.id}`), row)).map(({ id }) => `settings ${id}`),
    ...people
      .filter((row) => !(row.kind === 'system' ? isSystem(told, row) : tellsPerson(told.get(`user:${row.id}`), row)))
      .map(({ id, email }) => `user ${id} (${email})`),
    ...goneOf(told, [...settings.map(({ id }) => `settings:${id}`), ...people.map(({ id }) => `user:${id}`)]),
  ];
}

/** Neither is ever deleted. */
function goneOf(told: ReadonlyMap<string, unknown>, there: readonly string[]): string[] {
  const rows = new Set(there);
  return [...told.keys()].filter((subject) => !rows.has(subject)).map((subject) => `${subject}, which is gone`);
}

/** The people of whom an entry from this one on says who they are or what they may do. */
export async function peopleToldFrom(db: ReadDb, idx: number): Promise<Set<string>> {
  const rows = await db
    .selectFrom('audit_entry')
    .select('subject')
    .where('action', 'in', [...telling])
    .where('idx', '>=', idx)
    .execute();
  return new Set(rows.map(({ subject }) => subject.replace(/^user:/, '')));
}

/** What the entries say of each subject, the later over the earlier. One that tells nothing any more may have said anything. */
async function factsTold(db: ReadDb): Promise<Map<string, Facts | undefined>> {
  const rows = await db
    .selectFrom('audit_entry as e')
    .leftJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.header', 'p.salt', 'p.body'])
    .where('e.action', 'in', [...telling])
    .orderBy('e.idx')
    .execute();
  const told = new Map<string, Facts | undefined>();
  for (const row of rows) {
    const header = decodeHeader(row.header);
    if (!header) continue;
    const body = committedBody(sha256, header, row);
    // As appendEntries wrote it: an object.
    const content = body === undefined ? undefined : (parseJson(body) as Facts);
    told.set(header.s, content && after(header.a, told.get(header.s), content));
  }
  return told;
}

function after(action: string, before: Facts | undefined, content: Facts): Facts | undefined {
  if (action.endsWith('.created')) return content;
  if (!before) return undefined;
  if (action === 'user.disabled') return { ...before, disabled: true };
  // As changesBetween made it.
  const changes = (content.changes ?? {}) as Record<string, { new: unknown }>;
  return { ...before, ...Object.fromEntries(Object.entries(changes).map(([name, change]) => [name, change.new])) };
}

function tellsSettings(told: Facts | undefined, row: RowOf<'settings'>): boolean {
  return (
    told !== undefined &&
    told.organisation === row.organisation &&
    (told.techniciansManageKeys === true) === (row.technicians_manage_keys === 1) &&
    (told.secondFactorRequired === true) === (row.second_factor_required === 1)
  );
}

function tellsPerson(told: Facts | undefined, row: RowOf<'user'>): boolean {
  const scope = told?.customerIds ? JSON.stringify(told.customerIds) : 'all';
  return (
    told !== undefined &&
    told.email === row.email &&
    foldText(row.email) === row.email_f &&
    told.role === row.role &&
    scope === row.scope &&
    (told.disabled === true) === (row.disabled_at !== null)
  );
}

/** Made with the settings, and nobody who signs in. */
function isSystem(told: ReadonlyMap<string, Facts | undefined>, row: RowOf<'user'>): boolean {
  return (
    row.id === systemUserId &&
    row.email_f === null &&
    row.password_hash === null &&
    told.get('settings:1') !== undefined
  );
}
