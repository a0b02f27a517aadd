import { argon2 } from 'node:crypto';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { openApp } from '../../src/server/app.ts';
import type { App } from '../../src/server/context.ts';
import { checkConsistency } from '../../src/server/jobs/consistency.ts';
import { localContext } from '../../src/server/local-context.ts';
import { personByEmail, resetPassword } from '../../src/server/people/reset-user.ts';
import { issueToken } from '../../src/server/people/tokens.ts';
import { rotateKeys } from '../../src/server/secrets/rotate.ts';
import { maskAgain } from '../../src/server/upkeep/mask-again.ts';
import { addKey, applyTo } from './arrange.ts';
import { setUser } from './sealed.ts';
import type { World } from './world.ts';

/**
 * What is done on the server's own machine, and by the server itself, to records that there are. Answers the application
 * as it is opened after it: keys were rotated.
 */
export async function tellEveryCommand(world: World): Promise<App> {
  const { app } = world;
  const ctx = await localContext(app);
  const vera = await personByEmail(ctx, 'vera@x.example');
  const password = 'another long enough one';
  await issueToken(ctx, vera, { name: 'by command', role: 'technician' });
  await resetPassword(ctx, vera, { password, secondFactor: true });
  await signInWithOldHash(world, vera.id, { email: vera.email, password });
  await mendSeats(world);
  await rotateKeys(app, { keepMaster: true, index: true, progress: () => undefined });
  const { config, database, log, clock } = app;
  const opened = await openApp({ config, database, log, clock });
  await maskAgain(opened, () => undefined);
  return opened;
}

/** Under a hash of a lower cost, which the sign-in makes anew. */
async function signInWithOldHash(world: World, id: string, given: { email: string; password: string }): Promise<void> {
  const nonce = Buffer.alloc(16, 7);
  const figures = { memory: 1024, passes: 1, parallelism: 1, tagLength: 32 };
  const tag = await promisify(argon2)('argon2id', { message: given.password, nonce, ...figures });
  const stored = ['argon2id', 1024, 1, 1, nonce.toString('base64url'), tag.toString('base64url')];
  await setUser(world, id, { password_hash: stored.join('$') });
  const { status } = await world.as(undefined)('POST', '/session', given);
  if (status !== 201) throw new Error('the password does not fit');
}

/** Two assignments come to one seat, past every rule; the later one is given another. */
async function mendSeats(world: World): Promise<void> {
  const { database, app } = world;
  const { id } = await addKey(world, { seats: 4 });
  const to = async (userName: string): Promise<string> => (await applyTo(world, id, { userName })).id;
  await to('Xenia');
  const second = await to('Yann');
  // The earlier one keeps its seat.
  world.clock.set(new Date(world.clock.now().getTime() + 1000).toISOString());
  const third = await to('Zoe');
  await world.admin('DELETE', `/assignments/${second}`, undefined, { 'if-match': '*' });
  await sql`drop index assignment_one_per_seat`.execute(database.admin);
  await database.admin.updateTable('assignment').set({ seat: 1 }).where('id', '=', third).execute();
  await checkConsistency(app, { mending: true });
  await sql`create unique index assignment_one_per_seat on assignment (key_id, seat) where removed_at is null`.execute(
    database.admin,
  );
}
