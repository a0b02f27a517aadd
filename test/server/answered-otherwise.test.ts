import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { isSealed } from '../../src/server/seals/seal.ts';
import { examine } from '../../src/server/upkeep/doctor.ts';
import { addPerson, type Credentials, send } from '../harness/actors.ts';
import { addCustomerWorld } from '../harness/customer-world.ts';
import { dropDatabase } from '../harness/postgres.ts';
import { newDatabase } from '../harness/run-postgres.ts';
import { engines, newWorld } from '../harness/world.ts';

/*
 * Somebody who writes the database has queries answered with rows that are genuine and others than those that were asked
 * for: what is found is judged by what it says, not by how it was asked for.
 */
describe.each(engines)('tables that answer otherwise, on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomerWorld(world, 'Mine');
  const theirs = await addCustomerWorld(world, 'Theirs');
  const mallory = await addPerson(world, { role: 'technician', scope: [mine.customerId] });
  const ada = await addPerson(world, { role: 'administrator', scope: 'all' });
  const { admin } = world.database;
  const run = (text: string) => sql.raw(text).execute(admin);
  const asked = async (by: Credentials, method: string, path: string, body?: unknown) =>
    send(world, by, { method, path, body, headers: { 'if-match': '*' } });
  const who = async (by: Credentials) => {
    const { status, text } = await asked(by, 'GET', '/me');
    return status === 200 ? JSON.parse(text).id : status;
  };
  const namesSchema = async () => (await examine(world.app, false)).some(({ name, ok }) => name === 'schema' && !ok);

  /** While `work` runs, a view stands in the place of a table: now and then a column of it is another at each look. */
  const replaced = async (
    table: string,
    { as, at, from }: { as: string; at: string; from: string },
    work: () => Promise<void>,
  ) => {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)} limit 1`.execute(admin);
    const columns = Object.keys(rows[0] ?? {}).map((name) =>
      name === at
        ? `case when ${from} and random() % 200 = 0 then '${as}' else s."${at}" end as "${at}"`
        : `s."${name}"`,
    );
    await run(`alter table "${table}" rename to moved_away`);
    await run('create table many (i integer)');
    await run(
      `with recursive c(i) as (select 1 union all select i + 1 from c where i < 3000) insert into many select i from c`,
    );
    await run(
      `create view "${table}" as select ${columns.join(', ')} from many cross join moved_away s where s."${at}" <> '${as}'`,
    );
    try {
      await work();
    } finally {
      await run(`drop view "${table}"`);
      await run('drop table many');
      await run(`alter table moved_away rename to "${table}"`);
    }
  };
  const macOf = async (table: 'session' | 'token', { id }: { id: string }) =>
    (await admin.selectFrom(table).select('token_mac').where('user_id', '=', id).executeTakeFirstOrThrow()).token_mac;

  if (engine === 'sqlite') {
    it.each(['session', 'token'] as const)('S3: the %s of somebody else is nobody’s', async (table) => {
      const [as, hers] = [await macOf(table, mallory), await macOf(table, ada)];
      await replaced(table, { as, at: 'token_mac', from: `s.token_mac = '${hers}'` }, async () => {
        expect(await who(mallory[table])).toBe(401);
        expect(await namesSchema()).toBe(true);
      });
      expect(await who(mallory[table])).toBe(mallory.id);
    });

    it('S3: a session leads to nobody but its person', async () => {
      await replaced('user', { as: mallory.id, at: 'id', from: `s.id = '${ada.id}'` }, async () => {
        expect(await who(mallory.session)).not.toBe(ada.id);
      });
    });

    it('S3: a key on a unit of another customer is revealed to nobody by what a unit is asked', async () => {
      const forge = (customer: string) =>
        admin.updateTable('assignment').set({ customer_id: customer }).where('id', '=', theirs.assignmentId).execute();
      await forge(mine.customerId);
      await replaced('equipment', { as: mine.customerId, at: 'customer_id', from: 'true' }, async () => {
        const { status, text } = await asked(mallory.session, 'POST', `/keys/${theirs.keyId}/reveal`, {});
        expect([status, text.includes(theirs.licenseKey)]).toEqual([403, false]);
      });
      await forge(theirs.customerId);
    });
  } else {
    it('S3: a seat is taken of no key of another customer, whatever a trigger makes of the row', async () => {
      const path = `/keys/${theirs.freeKeyId}`;
      await run(`update "key" set customer_id = '${mine.customerId}' where id = '${theirs.freeKeyId}'`);
      await run(`create function planted() returns trigger language plpgsql as
        $$ begin new.customer_id := '${theirs.customerId}'; return new; end $$`);
      await run('create trigger planted before update on "key" for each row execute function planted()');
      const body = { equipmentId: mine.equipmentId };
      expect((await asked(mallory.session, 'POST', `${path}/assignments`, body)).status).toBe(403);
      await run('drop trigger planted on "key"');
      expect((await asked(mallory.session, 'POST', `${path}/reveal`, {})).status).toBe(403);
      await run(`update "key" set customer_id = '${theirs.customerId}' where id = '${theirs.freeKeyId}'`);
    });

    it('S3: operators are those of the engine, however a role looks for names', async () => {
      const url = await newDatabase();
      const each = async (...texts: string[]) => {
        const database = openDatabase({ url });
        for (const text of texts) await sql.raw(text).execute(database.admin);
        const { rows } = await sql<{ same: boolean }>`select ${'a'}::text = ${'b'}::text as same`.execute(
          database.admin,
        );
        await database.close();
        return rows;
      };
      await each(
        `create function public.alike(a text, b text) returns boolean language sql as 'select true'`,
        'create operator public.= (leftarg = text, rightarg = text, function = public.alike)',
        `do $$ begin execute format('alter database %I set search_path = public, pg_catalog', current_database()); end $$`,
      );
      const rows = await each();
      await dropDatabase(url);
      expect(rows).toEqual([{ same: false }]);
    });
  }

  it('S3: a seal fits texts and whole numbers alone, whatever a column of another type reads like', async () => {
    const row = await admin.selectFrom('session').selectAll().where('user_id', '=', ada.id).executeTakeFirstOrThrow();
    const user = await admin.selectFrom('user').selectAll().where('id', '=', ada.id).executeTakeFirstOrThrow();
    const isRight = (values: object) => isSealed(world.app, 'session', { ...row, ...values }, {});
    expect([isRight({}), isRight({ expires_at: new Date(row.expires_at) })]).toEqual([true, false]);
    expect(user.enrolled_at).toBe(null);
    expect(isSealed(world.app, 'user', { ...user, enrolled_at: Number.POSITIVE_INFINITY }, {})).toBe(false);
  });

  it('S3: nothing is saved while a view stands in the place of any table', async () => {
    const save = () => asked(ada.session, 'POST', '/customers', { name: 'Somebody new' });
    await run('alter table product rename to moved_away');
    await run('create view product as select * from moved_away');
    const refused = await save();
    expect([refused.status, JSON.parse(refused.text).code]).toEqual([503, 'log_inconsistent']);
    expect(await namesSchema()).toBe(true);
    await run('drop view product');
    await run('alter table moved_away rename to product');
    // The log is read again after ten seconds.
    world.clock.set(new Date(world.clock.now().getTime() + 11_000).toISOString());
    expect((await save()).status).toBe(201);
  });
});
