import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { foldText } from '../../src/domain/fold.ts';
import { examine } from '../../src/server/upkeep/doctor.ts';
import { addPerson, send } from '../harness/actors.ts';
import { freshLicenseKey } from '../harness/arrange.ts';
import { addCustomerWorld } from '../harness/customer-world.ts';
import { unguarded } from '../harness/forged-log.ts';
import { recordedOf } from '../harness/recorded.ts';
import { upload } from '../harness/upload.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('names of customers that somebody else wrote, on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomerWorld(world, 'Mine');
  const theirs = await addCustomerWorld(world, 'Theirs');
  const administrator = await addPerson(world, { role: 'administrator', scope: [mine.customerId] });
  const { admin } = world.database;
  const anyVersion = { 'if-match': '*' };
  const nameOf = async (id: string): Promise<string> =>
    (await sql<{ name: string }>`select name from customer where id = ${id}`.execute(admin)).rows[0]?.name ?? '';
  const [mineName, theirsName] = [await nameOf(mine.customerId), await nameOf(theirs.customerId)];
  const write = (id: string, name: string, folded = foldText(name)) =>
    sql`update customer set name = ${name}, name_f = ${folded} where id = ${id}`.execute(admin);
  const putBack = async () => {
    await write(mine.customerId, 'x');
    await write(theirs.customerId, theirsName);
    await write(mine.customerId, mineName);
  };
  const call = async (id: string, name: string) =>
    (await world.admin('PATCH', `/customers/${id}`, { name }, anyVersion)).status;
  const number = async (id: string, value: string) =>
    (await world.admin('PATCH', `/customers/${id}`, { number: value }, anyVersion)).status;
  const bring = async (name: string, kind = 'keys') => {
    const file = `License Key,Feature,Customer\n${freshLicenseKey()},Office 2026,${name}\n`;
    return (await upload(world.admin, kind === 'keys' ? file : `Name\n${name}\n`, { kind })).status;
  };
  const named = async (id: string) =>
    (await examine(world.app, false)).some(({ ok, detail }) => !ok && detail.includes(id));
  const isRecorded = async (id: string) =>
    (await recordedOf(world, `customer:${id}`)).some(({ action }) => action === 'tampering.found');

  it('S3, P8: a name that is only shown is named, and no edit and no file makes it true', async () => {
    await write(mine.customerId, theirsName, foldText(mineName));
    await write(theirs.customerId, mineName, foldText(theirsName));
    expect([await named(mine.customerId), await named(theirs.customerId)]).toEqual([true, true]);
    expect(await number(mine.customerId, '77')).toBe(503);
    expect([await bring(mineName), await bring(theirsName)]).toEqual([503, 503]);
    await putBack();
    expect([await named(mine.customerId), await named(theirs.customerId)]).toEqual([false, false]);
    expect([await number(mine.customerId, '78'), await bring(theirsName)]).toEqual([200, 201]);
  });

  it('S3, P8: nobody takes the name of a customer whose row was given another for a while', async () => {
    await write(theirs.customerId, 'parked');
    const rename = {
      method: 'PATCH',
      path: `/customers/${mine.customerId}`,
      body: { name: theirsName },
      headers: anyVersion,
    };
    expect((await send(world, administrator.session, rename)).status).toBe(503);
    expect(await call(mine.customerId, theirsName.toUpperCase())).toBe(503);
    expect((await world.admin('POST', '/customers', { name: theirsName })).status).toBe(503);
    expect([await bring(theirsName), await bring(theirsName, 'customers')]).toEqual([503, 503]);
    expect(await nameOf(mine.customerId)).toBe(mineName);
    expect(await isRecorded(theirs.customerId)).toBe(true);
    await putBack();
    expect((await world.admin('POST', '/customers', { name: theirsName })).body.code).toBe('name_taken');
    expect(await bring(theirsName)).toBe(201);
  });

  it('S3: a customer that nobody made is found by no file', async () => {
    await sql`insert into customer (id, name, name_f, number, contact, folded, search_f, archived, created_at)
      select 'made-up', 'Made up', 'made up', '', '', folded, '', 0, created_at from customer where id = ${mine.customerId}`.execute(
      admin,
    );
    expect(await bring('Made up')).toBe(503);
    expect([await named('made-up'), await isRecorded('made-up')]).toEqual([true, true]);
    await sql`delete from customer where id = 'made-up'`.execute(admin);
  });

  it('S3: a customer whose row is gone, or whose entry is hidden for a while, keeps its name', async () => {
    const hide = (from: string, to: string) =>
      unguarded(world.database, async (tx) => {
        await sql`update audit_entry set action = ${to} where subject = ${`customer:${theirs.customerId}`} and action = ${from}`.execute(
          tx,
        );
      });
    await write(theirs.customerId, 'parked');
    await hide('customer.created', 'expiry.completed');
    expect(await call(mine.customerId, theirsName)).toBe(503);
    await hide('expiry.completed', 'customer.created');
    await putBack();
  });

  it('a name is free once its customer has another, or is deleted', async () => {
    const made = await world.admin('POST', '/customers', { name: 'First' });
    expect(await call(made.body.id, 'Second')).toBe(200);
    const next = await world.admin('POST', '/customers', { name: 'First' });
    expect(next.status).toBe(201);
    expect((await world.admin('DELETE', `/customers/${made.body.id}`, undefined, anyVersion)).status).toBeLessThan(300);
    expect(await call(next.body.id, 'Second')).toBe(200);
    expect([await bring('second'), await bring('Third'), await bring('Fourth', 'customers')]).toEqual([201, 201, 201]);
    expect((await examine(world.app, false)).filter(({ name, ok }) => name === 'rights' && !ok)).toEqual([]);
  });
});
