import { describe, expect, it } from 'vitest';
import type { Database, WriteDb } from '../../src/db/open.ts';
import { appendEntries } from '../../src/server/audit/append.ts';
import { learnInside, rememberedLog } from '../../src/server/audit/read-log.ts';
import { newSigning } from '../../src/server/audit/signing.ts';
import { readerFrom } from '../../src/server/audit/told-by-log.ts';
import type { App } from '../../src/server/context.ts';
import { systemActor } from '../../src/server/people/system-actor.ts';
import { engines, newWorld } from '../harness/world.ts';

/** A server of its own on the database. */
const serverOn = (app: App, database: Database): App => ({ ...app, database, signing: newSigning() });

/** A database that has gone away until it is back. */
function leaving(database: Database): { database: Database; back: () => void } {
  let isGone = true;
  const gone = {
    ...database,
    get read() {
      if (isGone) throw new Error('the connection is lost');
      return database.read;
    },
  };
  return {
    database: gone,
    back: () => {
      isGone = false;
    },
  };
}

describe.each(engines)('what a server remembers of the log on %s', async (engine) => {
  const world = await newWorld(engine);
  const append = async (tx: WriteDb) =>
    appendEntries(tx, [{ action: 'tampering.found', subject: 'user:x', details: {} }], {
      actor: systemActor('system'),
      address: undefined,
      at: world.clock.now().toISOString(),
      clock: world.clock.now(),
      fragments: world.database.fragments,
      randomBytes: world.app.randomBytes,
      tag: world.app.vault.tag,
      read: readerFrom(0, world.app.vault.tag),
      written: undefined,
    });

  it('R1: a database that did not answer for a moment is no broken log: whoever asks next reads on', async () => {
    const { database, back } = leaving(world.database);
    const app = serverOn(world.app, database);
    await expect(rememberedLog(app)).rejects.toThrow('the connection is lost');
    back();
    expect((await rememberedLog(app))?.changed.has(`user:${world.adminId}`)).toBe(true);
    expect(app.signing.broken).toBeUndefined();
  });

  it('R1: what is read inside a change that is then undone is not remembered', async () => {
    const app = serverOn(world.app, world.database);
    await rememberedLog(app);
    const { size } = app.signing.read;
    const undone = app.database.transaction(async (tx) => {
      await append(tx);
      await learnInside(app, tx);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await rememberedLog(app, { isFresh: true });
    expect([app.signing.read.size, app.signing.broken]).toEqual([size, undefined]);
  });
});
