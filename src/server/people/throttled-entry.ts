import type { Actor, App } from '../context.ts';
import { inBackground } from '../in-background.ts';
import { recordThrottledSignIn } from '../limits/refused-attempts.ts';
import { readScope } from './acting.ts';

type Waiting = { account: string; address: string | undefined };

const minuteMs = 60_000;
/** More accounts than these within a minute are not recorded: the log of requests has them. */
const mostAccounts = 1000;
const seen = new WeakMap<App['config'], Map<string, { since: number; count: number }>>();

/** So long after its answer an entry is made: the answer, and one asked for at once, take as long for nobody known. */
const laterMs = 250;

type Due = { waiting: Waiting; count: number; timer: NodeJS.Timeout };
const due = new WeakMap<App['config'], { waits: Set<Due>; under: Set<Promise<void>> }>();

function dueOf({ config }: App) {
  const known = due.get(config) ?? { waits: new Set<Due>(), under: new Set<Promise<void>>() };
  due.set(config, known);
  return known;
}

/**
 * Has it recorded that sign-ins of somebody known are slowed down, as `session.throttled`: at most once a minute, with how
 * many there were. `account` is a folded e-mail address. Whether anybody is known by it is looked at when the answer is
 * out, so that its time tells nothing of who is.
 */
export function noteThrottled(app: App, waiting: Waiting): void {
  const count = countSince(app, app.vault.mac('throttle', `entry|${waiting.account}`));
  if (count === undefined) return;
  const one: Due = { waiting, count, timer: setTimeout(() => begin(app, one), laterMs).unref() };
  dueOf(app).waits.add(one);
}

/** Records at once what is due, and waits for it: a server that stops leaves none out. */
export async function recordThrottled(app: App): Promise<void> {
  const { waits, under } = dueOf(app);
  for (const one of [...waits]) begin(app, one);
  await Promise.all(under);
}

function begin(app: App, one: Due): void {
  const { waits, under } = dueOf(app);
  clearTimeout(one.timer);
  waits.delete(one);
  inBackground(app, 'throttled', async () => {
    const done = record(app, one);
    const settled = done.then(ignore, ignore);
    under.add(settled);
    await settled;
    under.delete(settled);
    await done;
  });
}

const ignore = (): void => undefined;

async function record(app: App, { waiting: { account, address }, count }: Due): Promise<void> {
  const user = await app.database.read
    .selectFrom('user')
    .select(['id', 'name', 'role', 'scope'])
    .where('email_f', '=', account)
    .where('kind', '=', 'person')
    .executeTakeFirst();
  if (!user) return;
  const { id, name, role, scope } = user;
  const actor: Actor = { kind: 'session', id, name, roles: [role], scope: readScope(scope) };
  await recordThrottledSignIn(app, { actor, address }, count);
}

/** How many there were since the last that was recorded, this one among them; undefined within the same minute. */
function countSince(app: App, account: string): number | undefined {
  const accounts = seen.get(app.config) ?? new Map<string, { since: number; count: number }>();
  seen.set(app.config, accounts);
  const now = app.clock().getTime();
  const before = accounts.get(account);
  if (before && Math.abs(now - before.since) < minuteMs) {
    before.count += 1;
    return undefined;
  }
  if (!before && accounts.size >= mostAccounts) {
    for (const [known, { since }] of accounts) if (Math.abs(now - since) >= minuteMs) accounts.delete(known);
    if (accounts.size >= mostAccounts) return undefined;
  }
  accounts.set(account, { since: now, count: 0 });
  return (before?.count ?? 0) + 1;
}
