import type { Actor, App } from '../context.ts';
import { recordThrottledSignIn } from '../limits/refused-attempts.ts';
import { readScope } from './actors.ts';

type Waiting = { account: string; address: string | undefined };

const minuteMs = 60_000;
/** More accounts than these within a minute are not recorded: the log of requests has them. */
const mostAccounts = 1000;
const seen = new WeakMap<App['config'], Map<string, { since: number; count: number }>>();

/**
 * Records that sign-ins of somebody known are slowed down, as `session.throttled`: at most once a minute, with how many
 * there were. `account` is a folded e-mail address. What is written costs one commit, also where nobody is known by it:
 * the time tells nothing of who is.
 */
export async function recordThrottled(app: App, { account, address }: Waiting): Promise<void> {
  const count = countSince(app, app.vault.mac('throttle', `entry|${account}`));
  if (count === undefined) return;
  const user = await app.database.read
    .selectFrom('user')
    .select(['id', 'name', 'role', 'scope'])
    .where('email_f', '=', account)
    .where('kind', '=', 'person')
    .executeTakeFirst();
  if (user) {
    const { id, name, role, scope } = user;
    const actor: Actor = { kind: 'session', id, name, roles: [role], scope: readScope(scope) };
    await recordThrottledSignIn(app, { actor, address }, count);
  } else await app.database.transaction((tx) => tx.deleteFrom('throttle').where('bucket', '=', '').execute());
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
