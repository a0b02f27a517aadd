import type { BodyOf } from '../../contract/endpoint.ts';
import type { createUser as createEndpoint, updateUser as updateEndpoint } from '../../contract/people.ts';
import { forbidden } from '../../domain/errors.ts';
import { foldText } from '../../domain/fold.ts';
import { coversScope, roles } from '../../domain/permissions.ts';
import { changeIfAny } from '../change-if-any.ts';
import { type AuditDraft, type Ctx, notFound, requireVersion } from '../context.ts';
import { type Changes, changesBetween } from '../records/changes-between.ts';
import { type ChangeTx, insertSealed, openSealed, setSealed } from '../seals/change-sealed.ts';
import { passwordDigest } from '../secrets/digests.ts';
import { unshareViews } from '../views/unshare-views.ts';
import { endTokens } from './end-tokens.ts';
import { requireGoodPassword } from './good-password.ts';
import { hashPassword } from './password.ts';
import {
  claimAdministrators,
  judgeCustomers,
  requireAdministratorLeft,
  type UserRecord,
  userColumns,
  userOf,
  withUniqueEmail,
} from './user-record.ts';

/**
 * Adds a person. Without a password nobody can sign in as this person until one is set by a reset. Refused: an e-mail
 * address that somebody has, unknown customers, an actor limited to certain customers. The result is the user's id.
 */
export async function createUser(ctx: Ctx, { body }: { body: BodyOf<typeof createEndpoint> }): Promise<{ id: string }> {
  const { name, email, role, locale = ctx.settings.locale } = body;
  const id = ctx.newId();
  if (body.password !== undefined) requireGoodPassword(body.password, [name, email, ctx.settings.organisation]);
  const passwordHash = body.password === undefined ? null : await hashPassword(body.password, ctx);
  return withUniqueEmail(() =>
    ctx.change(async (tx) => {
      await claimAdministrators(tx, ctx);
      const customerIds = await judgeCustomers(tx, body.customerIds ?? null);
      const record: UserRecord = { name, role, customerIds, locale, disabled: false };
      const email_f = foldText(email);
      await insertSealed(tx, 'user', {
        id,
        kind: 'person',
        email,
        email_f,
        password_hash: passwordHash,
        disabled_at: null,
        created_at: ctx.now(),
        ...userColumns(record),
      });
      const details = {
        name,
        email,
        role,
        locale,
        ...(customerIds && { customerIds }),
        ...(passwordHash && { passwordDigest: passwordDigest(ctx.app.vault, passwordHash) }),
      };
      return { result: { id }, audit: { action: 'user.created', subject: `user:${id}`, details } };
    }),
  );
}

/**
 * Changes a person's name, role, customers or language, disables one or enables one again. It holds at the next
 * request; disabling ends the sessions and tokens at once, more rights the sessions; with fewer customers nothing stays
 * shared that was. Refused: one's own role and customers, the last administrator of all
 * customers, a stale version.
 */
export async function updateUser(
  ctx: Ctx,
  { params, body }: { params: { id: string }; body: BodyOf<typeof updateEndpoint> },
): Promise<{ id: string }> {
  return changeIfAny(ctx, (tx) => change(tx, ctx, params.id, body));
}

/** Disables a person; a second time changes nothing. Refused: the last administrator of all customers. */
export async function disableUser(ctx: Ctx, { params }: { params: { id: string } }): Promise<void> {
  await changeIfAny(ctx, (tx) => change(tx, ctx, params.id, { disabled: true }));
}

async function change(tx: ChangeTx, ctx: Ctx, id: string, body: BodyOf<typeof updateEndpoint>) {
  await claimAdministrators(tx, ctx);
  const row = await openSealed(tx, ctx.app, 'user', id);
  if (row?.kind !== 'person') throw notFound('user');
  requireVersion(ctx.ifMatch, row.version);
  const before = userOf(row);
  const customerIds = body.customerIds === undefined ? before.customerIds : await judgeCustomers(tx, body.customerIds);
  const after: UserRecord = {
    name: body.name ?? before.name,
    role: body.role ?? before.role,
    customerIds,
    locale: body.locale ?? before.locale,
    disabled: body.disabled ?? before.disabled,
  };
  const changes = changesBetween(before, after);
  if (id === ctx.actor.id) refuseOwnRights(changes);
  if (Object.keys(changes).length === 0) return { result: { id }, audit: [] };
  const disabled_at = after.disabled ? (row.disabled_at ?? ctx.now()) : null;
  await setSealed(tx, 'user', row, { ...userColumns(after), disabled_at, version: row.version + 1 });
  if (grows(before, after)) await tx.deleteFrom('session').where('user_id', '=', id).execute();
  const ended = await endWays(tx, ctx, id, changes);
  await requireAdministratorLeft(tx);
  const unshared = loses(before, after) ? await unshareViews(tx, id) : [];
  const endsActor = id === ctx.actor.id && after.disabled;
  return { result: { id }, audit: [...recordOf(id, before, changes, ended), ...unshared], endsActor };
}

type EndedWays = { sessionsEnded?: number; tokensEnded?: number };

/**
 * Ends the sessions and tokens of somebody who is disabled. Who is enabled again signs in and makes new tokens: what may be
 * left from before is not brought back.
 */
async function endWays(tx: ChangeTx, ctx: Ctx, id: string, { disabled }: Changes): Promise<EndedWays> {
  if (!disabled) return {};
  const ended = await tx.deleteFrom('session').where('user_id', '=', id).returning('id').execute();
  return { sessionsEnded: ended.length, tokensEnded: await endTokens(tx, ctx, id) };
}

/** Whether somebody may do more than before: a session that was seen earlier is not to come to that. */
function grows(before: UserRecord, after: UserRecord): boolean {
  return roles.indexOf(after.role) < roles.indexOf(before.role) || loses(after, before);
}

/** Whether a customer that is there for the one is not there for the other. */
function loses({ customerIds: from }: UserRecord, { customerIds: to }: UserRecord): boolean {
  return !coversScope(to ?? 'all', from ?? 'all');
}

/** Nobody gives himself rights, or takes them from himself by accident. */
function refuseOwnRights({ role, customerIds }: Changes): void {
  if (!role && !customerIds) return;
  throw forbidden({
    code: 'own_rights',
    detail: 'Nobody changes the own role or customers. Ask another administrator.',
  });
}

/** Disabling stands in the log as an action of its own; enabling again is a change like others. */
function recordOf(id: string, { name }: UserRecord, changes: Changes, ended: EndedWays): AuditDraft[] {
  const subject = `user:${id}`;
  const { disabled, ...others } = changes;
  if (disabled?.new !== true) return [{ action: 'user.updated', subject, details: { name, changes, ...ended } }];
  const audit: AuditDraft[] = [{ action: 'user.disabled', subject, details: { name, ...ended } }];
  if (Object.keys(others).length > 0)
    audit.push({ action: 'user.updated', subject, details: { name, changes: others } });
  return audit;
}
