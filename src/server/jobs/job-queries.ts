import type { z } from 'zod';
import type { OutputOf } from '../../contract/endpoint.ts';
import type { consistencyCheck, expiryRun, listConsistencyChecks, listExpiryRuns } from '../../contract/jobs.ts';
import type { ReadDb } from '../../db/open.ts';
import { type App, notFound, type ReadCtx } from '../context.ts';
import { isPersonInSight } from '../people/user-queries.ts';
import { clockState } from '../upkeep/clock-state.ts';
import { backupState } from '../upkeep/nightly-backup.ts';

type ExpiryRun = z.output<typeof expiryRun>;
type ConsistencyCheck = z.output<typeof consistencyCheck>;

const shownRows = 50;

/** One run. How many keys it recorded is for readers of all customers only (P2). */
export async function readExpiryRun(ctx: ReadCtx, id: string): Promise<ExpiryRun> {
  const row = await runRows(ctx.db).where('r.id', '=', id).executeTakeFirst();
  if (!row) throw notFound('expiry run');
  return shownRun(ctx, row);
}

/** The last 50 runs, newest first, whether the clock by which they go is in doubt, and how nightly backups stand. */
export async function readExpiryRuns(ctx: ReadCtx & { app: App }): Promise<OutputOf<typeof listExpiryRuns>> {
  const rows = await runRows(ctx.db).orderBy('r.started_at', 'desc').orderBy('r.id', 'desc').limit(shownRows).execute();
  const backup = ctx.scope === 'all' ? (backupState(ctx.app) ?? null) : null;
  const items = rows.map((row) => shownRun(ctx, row));
  return { items, total: rows.length, clock: await clockState(ctx.app), backup };
}

function runRows(db: ReadDb) {
  return db
    .selectFrom('expiry_run as r')
    .innerJoin('user as u', 'u.id', 'r.actor_id')
    .select([
      'r.id',
      'r.day',
      'r.started_at',
      'r.finished_at',
      'r.expired',
      'r.actor_id',
      'u.name',
      'u.kind',
      'u.scope',
    ]);
}

type RunRow = Awaited<ReturnType<ReturnType<typeof runRows>['execute']>>[number];

function shownRun(ctx: ReadCtx, row: RunRow): ExpiryRun {
  const { actor_id: id, name, kind } = row;
  const isInSight = kind !== 'person' || isPersonInSight(ctx, { id, scope: row.scope });
  return {
    id: row.id,
    day: row.day,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    expired: ctx.scope === 'all' ? row.expired : null,
    actor: isInSight ? { id, name } : null,
  };
}

/** One check with its findings, which name keys of all customers. */
export async function readConsistencyCheck(ctx: ReadCtx, id: string): Promise<ConsistencyCheck> {
  const row = await checkRows(ctx.db).where('c.id', '=', id).executeTakeFirst();
  if (!row) throw notFound('consistency check');
  return shownCheck(row);
}

/** The last 50 checks, newest first. */
export async function readConsistencyChecks(ctx: ReadCtx): Promise<OutputOf<typeof listConsistencyChecks>> {
  const rows = await checkRows(ctx.db).orderBy('c.at', 'desc').orderBy('c.id', 'desc').limit(shownRows).execute();
  return { items: rows.map(shownCheck), total: rows.length };
}

function checkRows(db: ReadDb) {
  return db
    .selectFrom('consistency_check as c')
    .innerJoin('user as u', 'u.id', 'c.actor_id')
    .select(['c.id', 'c.at', 'c.findings', 'c.mended', 'c.actor_id', 'u.name']);
}

type CheckRow = Awaited<ReturnType<ReturnType<typeof checkRows>['execute']>>[number];

function shownCheck(row: CheckRow): ConsistencyCheck {
  return {
    id: row.id,
    at: row.at,
    actor: { id: row.actor_id, name: row.name },
    // Written by checkConsistency as a JSON list of findings.
    findings: JSON.parse(row.findings) as ConsistencyCheck['findings'],
    mended: row.mended,
  };
}
