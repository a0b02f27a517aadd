import type { BodyOf, OutputOf } from '../../../contract/endpoint.ts';
import { linkIdentity as linkEndpoint, type linkUserIdentity, type listIdentities } from '../../../contract/sign-in.ts';
import { isUniqueViolation } from '../../../db/faults.ts';
import { AppError } from '../../../domain/errors.ts';
import { change } from '../../change.ts';
import { type Actor, type App, type Ctx, notFound, type ReadCtx } from '../../context.ts';
import { newId } from '../../ids.ts';
import type { Reply } from '../../route.ts';
import type { ChangeTx, Opened } from '../../seals/change-sealed.ts';
import { deleteIdentity, insertIdentity, openFactors } from '../../seals/factor-rows.ts';
import { requireAllCustomers } from '../all-customers.ts';
import { requirePerson } from '../sessions.ts';
import { claimAdministrators } from '../user-record.ts';
import { beginFlow } from './begin-flow.ts';
import { providerOf } from './provider.ts';

/** Who somebody is at a provider. */
export type Account = { issuer: string; subject: string };

type Identities = OutputOf<typeof listIdentities>;

/** The accounts of single sign-on that are linked to the actor. */
export function readMyIdentities(ctx: ReadCtx): Promise<Identities> {
  return readIdentities(ctx, ctx.actor.id);
}

/** Those of somebody, for administrators. */
export async function readUserIdentities(ctx: ReadCtx, { params }: { params: { id: string } }): Promise<Identities> {
  requireAllCustomers(ctx.actor);
  const user = await ctx.db
    .selectFrom('user')
    .select('id')
    .where('id', '=', params.id)
    .where('kind', '=', 'person')
    .executeTakeFirst();
  if (!user) throw notFound('user');
  return readIdentities(ctx, params.id);
}

async function readIdentities({ db }: ReadCtx, userId: string): Promise<Identities> {
  const rows = await db
    .selectFrom('identity')
    .select(['id', 'issuer', 'subject', 'created_at as createdAt'])
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return { items: rows, total: rows.length };
}

/** One link, as its maker gets it. */
export async function readIdentity({ db }: ReadCtx, id: string): Promise<OutputOf<typeof linkUserIdentity>> {
  const row = await db
    .selectFrom('identity')
    .select(['id', 'issuer', 'subject', 'created_at as createdAt'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw notFound('account');
  return row;
}

/** Begins to link an account: the browser goes to the provider and comes back linked. */
export async function startLinking(
  { app, actor }: Ctx,
  _input: unknown,
  reply: Reply,
): Promise<OutputOf<typeof linkEndpoint>> {
  const linkTo = { userId: actor.id, sessionId: actor.sessionId ?? '' };
  const { url, cookie } = await beginFlow(app, { confirm: false, linkTo });
  reply.headers['set-cookie'] = cookie;
  return { url };
}

/** Links an account that the provider has just named to the person who began. */
export async function linkMine(app: App, actor: Actor, account: Account, address: string | undefined): Promise<void> {
  const now = app.clock().toISOString();
  const by = { app, actor, address, idempotency: undefined, now: () => now, asked: linkEndpoint };
  await withUniqueAccount(() => change(by, (tx) => insert(tx, app, actor.id, account, now)));
}

/** Says which account of the configured provider is somebody's. The result is the id of the link. */
export async function linkUser(
  ctx: Ctx,
  { params, body }: { params: { id: string }; body: BodyOf<typeof linkUserIdentity> },
): Promise<{ id: string }> {
  const { issuer } = await providerOf(ctx.app);
  return withUniqueAccount(() =>
    ctx.change(async (tx) => {
      await claimAdministrators(tx, ctx);
      await requirePerson(tx, params.id);
      return insert(tx, ctx.app, params.id, { issuer, subject: body.subject }, ctx.now());
    }),
  );
}

async function insert(tx: ChangeTx, app: App, userId: string, account: Account, now: string) {
  const user = await openPerson(tx, app, userId);
  const id = newId(app);
  await insertIdentity(tx, user, { id, ...account, created_at: now });
  const details = { name: user.name, ...account, identity: id };
  return { result: { id }, audit: { action: 'user.identityLinked', subject: `user:${user.id}`, details } as const };
}

async function withUniqueAccount<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUniqueViolation(error, 'identity_unique')) throw error;
    throw new AppError('identity_taken', 'This account is linked already. Unlink it there first.');
  }
}

/** Unlinks one of the actor's own accounts. */
export async function unlinkMine(ctx: Ctx, { params }: { params: { id: string } }): Promise<void> {
  await ctx.change((tx) => unlink(tx, ctx.app, ctx.actor.id, params.id));
}

/** Unlinks one of somebody's, for administrators; that person's sessions end. */
export async function unlinkUser(ctx: Ctx, { params }: { params: { id: string; identityId: string } }): Promise<void> {
  await ctx.change(async (tx) => {
    await claimAdministrators(tx, ctx);
    await requirePerson(tx, params.id);
    const unlinked = await unlink(tx, ctx.app, params.id, params.identityId);
    if (params.id !== ctx.actor.id) await tx.deleteFrom('session').where('user_id', '=', params.id).execute();
    return unlinked;
  });
}

async function openPerson(tx: ChangeTx, app: App, id: string): Promise<Opened<'user'>> {
  const user = await openFactors(tx, app, id);
  if (!user) throw notFound('user');
  return user;
}

async function unlink(tx: ChangeTx, app: App, userId: string, id: string) {
  const user = await openPerson(tx, app, userId);
  const row = await deleteIdentity(tx, user, id);
  if (!row) throw notFound('account');
  const details = { name: user.name, ...row, identity: id };
  return { result: {}, audit: { action: 'user.identityUnlinked', subject: `user:${user.id}`, details } as const };
}
