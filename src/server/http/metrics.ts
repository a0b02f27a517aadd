import { sql } from 'kysely';
import { longRead } from '../../db/patience.ts';
import { todayIn } from '../../domain/day.ts';
import { runAgeMs } from '../../domain/expiry-age.ts';
import { keyStatuses } from '../../domain/key-rules.ts';
import type { App } from '../context.ts';
import { lastExpiryRun } from '../jobs/expiry-age.ts';
import { clockState } from '../upkeep/clock-state.ts';
import { backupState } from '../upkeep/nightly-backup.ts';
import { refusalCounts } from './refusal-log.ts';

type Sample = { labels?: Record<string, string>; value: number };

/** What is measured, in the text form Prometheus reads (exposition format 0.0.4). */
export async function metricsText(app: App, answers: ReadonlyMap<number, number>): Promise<string> {
  const [keys, entries, run, clock] = await Promise.all([
    keysByStatus(app),
    logSize(app),
    lastExpiryRun(app),
    clockState(app),
  ]);
  const byStatus = [...answers].sort().map(([status, value]) => ({ labels: { status: String(status) }, value }));
  const refused = [...refusalCounts(app)].sort().map(([code, value]) => ({ labels: { code }, value }));
  return [
    family('keybook_uptime_seconds', 'gauge', 'Seconds since the process started.', [{ value: process.uptime() }]),
    family('process_resident_memory_bytes', 'gauge', 'Resident memory.', [{ value: process.memoryUsage.rss() }]),
    family('keybook_http_requests_total', 'counter', 'Requests answered, by status.', byStatus),
    family('keybook_refusals_total', 'counter', 'Requests refused for want of rights, proof or patience.', refused),
    family('keybook_keys', 'gauge', 'Keys by status today.', keys),
    family('keybook_audit_entries', 'gauge', 'Entries of the audit log.', [{ value: entries }]),
    family('keybook_log_ahead_seconds', 'gauge', 'Seconds the log is ahead of the clock; 0 is well.', [
      { value: clock.aheadSeconds },
    ]),
    family(
      'keybook_expiry_run_age_seconds',
      'gauge',
      'Seconds since the expiry job last finished.',
      run === undefined ? [] : [{ value: runAgeMs(run, app.clock()) / 1000 }],
    ),
    ...backupFamily(app),
  ].join('');
}

/** Only where this server makes backups. */
function backupFamily(app: App): string[] {
  const state = backupState(app);
  if (!state) return [];
  const age = state.newestAt === null ? [] : [{ value: runAgeMs({ at: state.newestAt }, app.clock()) / 1000 }];
  return [family('keybook_backup_age_seconds', 'gauge', 'Seconds since the newest nightly backup.', age)];
}

function family(name: string, type: 'gauge' | 'counter', help: string, samples: Sample[]): string {
  const lines = samples.map(({ labels, value }) => {
    const pairs = Object.entries(labels ?? {}).map(([label, text]) => `${label}="${text}"`);
    return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
  });
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n');
}

/** By index ranges only: a million keys take some hundred milliseconds. */
async function keysByStatus(app: App): Promise<Sample[]> {
  const settings = await app.database.read.selectFrom('settings').select('time_zone').executeTakeFirst();
  const today = todayIn(settings?.time_zone ?? 'UTC', app.clock());
  const query = app.database.read
    .selectFrom('key')
    .select('hold')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .select(sql<number>`count(*) filter (where validity_end < ${today})`.as('ended'))
    .groupBy('hold');
  const rows = await longRead('list', () => query.execute());
  const counts = Object.fromEntries(keyStatuses.map((status) => [status, 0])) as Record<
    (typeof keyStatuses)[number],
    number
  >; // one entry for each of the names
  const names = { open: 'available', full: 'applied', revoked: 'revoked' } as const;
  for (const { hold, count, ended } of rows) {
    counts[names[hold]] += hold === 'revoked' ? count : count - ended;
    if (hold !== 'revoked') counts.expired += ended;
  }
  return keyStatuses.map((status) => ({ labels: { status }, value: counts[status] }));
}

async function logSize(app: App): Promise<number> {
  const head = await app.database.read.selectFrom('audit_head').select('size').executeTakeFirst();
  return head?.size ?? 0;
}
