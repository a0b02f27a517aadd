import { reading, type WriteDb } from '../../../db/open.ts';
import { AppError, type Fault } from '../../../domain/errors.ts';
import type { ImportKind } from '../../../domain/import-fields.ts';
import { readHead } from '../../audit/head.ts';
import { AlreadyDone } from '../../change.ts';
import type { App, AuditDraft, Ctx } from '../../context.ts';
import { contextOf } from '../../http/request-context.ts';
import { newId } from '../../ids.ts';
import { storedScope } from '../../people/acting.ts';
import { readSettings, systemActor } from '../../people/actors.ts';
import { isWithin } from '../../upkeep/own-clock.ts';
import { storedReport, type Tally } from '../write/tally.ts';
import { ownerSeal } from './import-owner.ts';

/** What an import is known by from its start. */
export type ImportHead = { kind: ImportKind; profile: string; fileName: string };

/** A server that gives no sign of life for so long runs no import any more. */
export const silentMs = 60_000;

/** Imports go one after another: two of the same file at once must not both find that a unit is not there yet. */
export async function takeTurn(tx: WriteDb): Promise<void> {
  await tx
    .updateTable('settings')
    .set((eb) => ({ house_id: eb.ref('house_id') }))
    .where('id', '=', 1)
    .execute();
}

/** Makes the row of an import that is written in one transaction, and drafts its entry. */
export async function insertDone(
  tx: WriteDb,
  ctx: Ctx,
  id: string,
  head: ImportHead,
  tally: Tally,
): Promise<AuditDraft> {
  const report = storedReport(tally);
  await insertRow(tx, ctx, id, head, { status: 'done', rows: tally.rows, done: tally.done, report });
  return completed(id, head, tally);
}

type Outcome = Pick<Tally, 'rows' | 'created' | 'changed' | 'same' | 'rejected'>;
type Unfinished = { status: string; done: number };

function completed(
  id: string,
  head: Record<keyof ImportHead, string>,
  outcome: Outcome,
  unfinished?: Unfinished,
): AuditDraft {
  const { kind, profile, fileName } = head;
  const { rows, created, changed, same, rejected } = outcome;
  const counts = { rows, created, changed, same, ...(rejected > 0 && { rejected }) };
  const details = { kind, ...(profile && { profile }), fileName, ...counts, ...unfinished };
  return { action: 'import.completed', subject: `import:${id}`, details };
}

/**
 * Makes the row of an import that will be written in several transactions, for all to see. Refused while another one
 * runs: they would make the same records. A request with an Idempotency-Key is noted with it.
 */
export async function insertRunning(ctx: Ctx, head: ImportHead, rows: number): Promise<string> {
  await endSilentImports(ctx.app);
  const id = ctx.newId();
  await ctx.app.database.transaction(async (tx) => {
    await takeTurn(tx);
    if (ctx.idempotency) await noteRequest(tx, ctx, id);
    const other = await tx.selectFrom('import').select('id').where('status', '=', 'running').executeTakeFirst();
    if (other)
      throw new AppError('import_running', 'Another import is running. Wait until it is done, or stop it first.');
    await insertRow(tx, ctx, id, head, { status: 'running', rows, done: 0, report: '{}' });
  });
  return id;
}

/** As every other change notes its request; the result is the import's id, whatever becomes of it. */
export async function noteRequest(
  tx: WriteDb,
  { idempotency, now }: Pick<Ctx, 'idempotency' | 'now'>,
  id: string,
): Promise<void> {
  if (!idempotency) return;
  const { actorId, method, path, key, bodyMac, status } = idempotency;
  const mine = await tx
    .insertInto('idempotency')
    .values({
      actor_id: actorId,
      method,
      path,
      key,
      body_mac: bodyMac,
      status,
      result: JSON.stringify({ id }),
      created_at: now(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('status')
    .executeTakeFirst();
  if (!mine) throw new AlreadyDone();
}

type Start = { status: 'running' | 'done'; rows: number; done: number; report: string };

async function insertRow(tx: WriteDb, ctx: Ctx, id: string, head: ImportHead, start: Start): Promise<void> {
  const now = ctx.now();
  const log = await readHead(reading(tx));
  const owned = { id, actor_id: ctx.actor.id, scope: storedScope(ctx.scope) };
  await tx
    .insertInto('import')
    .values({
      ...owned,
      owner_seal: ownerSeal(ctx.app, owned),
      kind: head.kind,
      profile: head.profile,
      file_name: head.fileName,
      status: start.status,
      detail: '',
      row_count: start.rows,
      rows_done: start.done,
      report: start.report,
      created_at: now,
      alive_at: now,
      finished_at: start.status === 'done' ? now : null,
      log_from: log.size,
    })
    .execute();
}

/** Thrown where an import is no longer running because somebody stopped it. */
export class Ended extends Error {}

/** Gives a sign of life and says how many rows there are. Throws `Ended` where the import was stopped. */
export async function beat(app: App, id: string, rows: number): Promise<void> {
  await app.database.transaction((tx) => claim(tx, app, id, { row_count: rows }));
}

/** Notes how far it is, in the transaction that brings it there. Throws `Ended` where the import was stopped. */
export async function noteProgress(tx: WriteDb, app: App, id: string, tally: Tally): Promise<void> {
  const report = storedReport({ ...tally, outcomes: [], unlisted: tally.done, errors: [], errorCount: 0 });
  await claim(tx, app, id, { rows_done: tally.done, report });
}

type Progress = { row_count?: number; rows_done?: number; report?: string };

async function claim(tx: WriteDb, app: App, id: string, progress: Progress): Promise<void> {
  const row = await tx
    .updateTable('import')
    .set({ ...progress, alive_at: app.clock().toISOString() })
    .where('id', '=', id)
    .where('status', '=', 'running')
    .returning('id')
    .executeTakeFirst();
  if (!row) throw new Ended();
}

export type End = {
  status: 'done' | 'refused' | 'failed' | 'stopped';
  /** Why it did not finish; a refused file has its errors. */
  cause?: Fault;
  /** What came of it, where it is known here; else what was noted last stays. */
  tally?: Tally;
  /** This server did not run it: its entry says no more than how it ended, as the row is nobody's word. */
  isSilent?: true;
};

/** Ends a running import and drafts its entry. Answers undefined where it is not running any more. */
export async function endImport(tx: WriteDb, ctx: Ctx, id: string, end: End): Promise<AuditDraft | undefined> {
  const { status, cause, tally, isSilent } = end;
  const row = await tx
    .updateTable('import')
    .set({
      status,
      detail: cause ? JSON.stringify(cause) : '',
      finished_at: ctx.now(),
      ...(tally && { report: storedReport(tally), rows_done: tally.done }),
    })
    .where('id', '=', id)
    .where('status', '=', 'running')
    .returningAll()
    .executeTakeFirst();
  if (!row) return undefined;
  if (isSilent) return { action: 'import.completed', subject: `import:${id}`, details: { status, why: cause?.detail } };
  // Written by storedReport; '{}' where nothing was done yet.
  const { created = {}, changed = 0, same = 0, rejected = 0 } = JSON.parse(row.report) as Partial<Tally>;
  const head = { kind: row.kind, profile: row.profile, fileName: row.file_name };
  const outcome = { rows: row.row_count, created, changed, same, rejected: status === 'done' ? rejected : 0 };
  return completed(id, head, outcome, status === 'done' ? undefined : { status, done: row.rows_done });
}

/**
 * Ends the imports of servers that run no more: every server does so at its start, and every new import. No seal covers
 * their rows, so that whoever writes the database can make one: its file and counts stand in no entry.
 */
export async function endSilentImports(app: App, { atStart = false } = {}): Promise<void> {
  // Only one server at a time has the embedded file.
  const isAlone = atStart && app.config.databaseUrl === undefined;
  const running = await app.database.read
    .selectFrom('import')
    .select(['id', 'alive_at'])
    .where('status', '=', 'running')
    .execute();
  const silent = running.filter(({ alive_at }) => isAlone || !isWithin(alive_at, app.clock(), silentMs));
  if (silent.length === 0) return;
  const ctx = await systemContext(app);
  for (const { id } of silent) {
    const cause = { code: 'server_ended', detail: 'The server was ended in the middle.' };
    await endIfRunning(ctx, id, { status: 'failed', cause, isSilent: true });
  }
}

/** The system's own context: of what nobody asks for. */
export async function systemContext(app: App): Promise<Ctx> {
  return contextOf(app, {
    actor: systemActor('system'),
    settings: await readSettings(app),
    requestId: newId(app),
    address: undefined,
    idempotency: undefined,
    ifMatch: undefined,
    asked: undefined,
  });
}

/** Ends an import in a transaction of its own. Answers whether it was running. */
export async function endIfRunning(ctx: Ctx, id: string, end: End): Promise<boolean> {
  try {
    await ctx.change(async (tx) => {
      const audit = await endImport(tx, ctx, id, end);
      if (!audit) throw new Ended();
      return { result: { id }, audit };
    });
    return true;
  } catch (error) {
    if (error instanceof Ended) return false;
    throw error;
  }
}

/** Takes the row of an import away of which nothing was written, as if its request had never been. */
export async function dropImport({ app, idempotency }: Ctx, id: string): Promise<void> {
  await app.database.transaction(async (tx) => {
    await tx.deleteFrom('import').where('id', '=', id).where('rows_done', '=', 0).execute();
    if (!idempotency) return;
    const { actorId, method, path, key } = idempotency;
    await tx
      .deleteFrom('idempotency')
      .where((eb) => eb.and({ actor_id: actorId, method, path, key }))
      .execute();
  });
}
