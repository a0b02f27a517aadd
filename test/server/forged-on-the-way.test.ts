import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { examine } from '../../src/server/upkeep/doctor.ts';
import { totp } from '../harness/totp.ts';
import { adminPassword, type EngineName, engines, newWorld, type World } from '../harness/world.ts';

const password = 'seven quiet herons wade';

type Person = { id: string; email: string };

/** People of one installation, and the tables under the server's feet. */
function stage(world: World) {
  const { admin } = world.database;
  const anybody = world.as(undefined);
  const signIn = async (email: string, secret = password) => {
    const { status, headers } = await anybody('POST', '/session', { email, password: secret });
    return { status, cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
  };
  const ask = (cookie: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    anybody(method, path, body, { cookie, ...headers });
  const ada = async () => (await signIn('ada@nordwind.example', adminPassword)).cookie;
  const person = async (role: string): Promise<Person> => {
    const email = `${randomUUID()}@nordwind.example`;
    const made = await ask(await ada(), 'POST', '/users', { name: 'Tom', email, role, password });
    expect(made.status).toBe(201);
    return { id: made.body.id, email };
  };
  const run = async (text: string) => (await sql.raw<Record<string, unknown>>(text).execute(admin)).rows;
  const recorded = async () => {
    const { body } = await world.admin('GET', '/audit?action=tampering.found&limit=200');
    return body.items.length as number;
  };
  const faults = async () => (await examine(world.app, false)).filter(({ ok }) => !ok).map(({ detail }) => detail);
  return { world, signIn, ask, ada, person, run, recorded, faults };
}

type Stage = ReturnType<typeof stage>;

/** Has the database do more at an event of a table than it was told, and answers how to end that. */
async function trigger({ run }: Stage, engine: EngineName, event: string, table: string, statement: string) {
  if (engine === 'sqlite') {
    await run(`create trigger zz after ${event} on "${table}" begin ${statement}; end`);
    return () => run('drop trigger zz');
  }
  await run(
    `create function zz() returns trigger language plpgsql as $$ begin ${statement}; return null; end $$;
     create trigger zz after ${event} on "${table}" for each row execute function zz()`,
  );
  return () => run('drop function zz cascade');
}

/** What a trigger does at which event, and the request that is to have it sealed. */
type Case = {
  event: string;
  table: string;
  statement: (at: { own: string; admin: string }) => string;
  request: (stage: Stage, person: Person) => Promise<{ status: number }>;
};

async function confirm({ ask, signIn, world }: Stage, { email }: Person) {
  const { cookie } = await signIn(email);
  const { body } = await ask(cookie, 'POST', '/me/second-factor');
  return ask(cookie, 'POST', '/me/second-factor/confirmation', { code: totp(body.secret, world.clock.now()) });
}

const cases: Record<string, Case> = {
  'a session is moved to an administrator when it is opened': {
    event: 'insert',
    table: 'session',
    statement: ({ own, admin }) => `update session set user_id = '${admin}' where id = new.id and user_id = '${own}'`,
    request: ({ signIn }, { email }) => signIn(email),
  },
  'the role of a token is raised when it is made': {
    event: 'insert',
    table: 'token',
    statement: () => `update token set role = 'administrator', scope = 'owner' where id = new.id`,
    request: async ({ ask, ada }) => {
      const wanted = { name: 'x', role: 'auditor', expiresOn: '2027-11-20' };
      return ask(await ada(), 'POST', '/tokens', wanted);
    },
  },
  'a person becomes an administrator with another password at a change of name': {
    event: 'update of name',
    table: 'user',
    statement: ({ own }) =>
      `update "user" set role = 'administrator', scope = 'all', password_hash = 'x' where id = '${own}'`,
    request: async ({ ask, ada }, { id }) =>
      ask(await ada(), 'PATCH', `/users/${id}`, { name: 'Tim' }, { 'if-match': '*' }),
  },
  'a person becomes an administrator when made': {
    event: 'insert',
    table: 'user',
    statement: () => `update "user" set role = 'administrator' where id = new.id`,
    request: async ({ ask, ada }) => {
      const email = `${randomUUID()}@nordwind.example`;
      return ask(await ada(), 'POST', '/users', { name: 'Eve', email, role: 'auditor', password });
    },
  },
  'a person becomes an administrator when the seal is written': {
    event: 'update of seal',
    table: 'user',
    statement: ({ own }) => `update "user" set role = 'administrator' where id = '${own}' and name = 'Tim'`,
    request: async ({ ask, ada }, { id }) =>
      ask(await ada(), 'PATCH', `/users/${id}`, { name: 'Tim' }, { 'if-match': '*' }),
  },
  'technicians are let manage keys at another change of settings': {
    event: 'update of organisation',
    table: 'settings',
    statement: () => 'update settings set technicians_manage_keys = 1',
    request: async ({ ask, ada }) => ask(await ada(), 'PATCH', '/settings', { locale: 'de' }, { 'if-match': '*' }),
  },
  'a recovery code comes along with a second factor': {
    event: 'insert',
    table: 'recovery_code',
    statement: ({ own }) =>
      `insert into recovery_code (user_id, code_mac) values ('${own}', 'known') on conflict do nothing`,
    request: confirm,
  },
  'an account comes along with a second factor': {
    event: 'update of confirmed_at',
    table: 'second_factor',
    statement: ({ own }) =>
      `insert into identity (id, issuer, subject, user_id, created_at) values ('${own}', 'https://x', '${own}', '${own}', '')`,
    request: confirm,
  },
};

/** All that was sealed, to see that nothing of it is other than before. */
async function sealedRows({ run }: Stage) {
  const queries = [
    'select * from "user" order by id',
    'select id, role, scope, seal from token order by id',
    'select * from settings',
    'select * from recovery_code order by code_mac',
    'select * from identity order by id',
  ];
  return Promise.all(queries.map(run));
}

describe.each(engines)('while somebody else writes the database on %s', async (engine) => {
  const world = await newWorld(engine);
  const on = stage(world);

  it.each(Object.entries(cases))('S3: %s: it is refused, and never sealed', async (_, attack) => {
    world.clock.addDays(1);
    const person = await on.person('technician');
    const [before, told] = [await sealedRows(on), await on.recorded()];
    const statement = attack.statement({ own: person.id, admin: world.adminId });
    const end = await trigger(on, engine, attack.event, attack.table, statement);
    const { status } = await attack.request(on, person);
    await end();
    expect([status, (await on.recorded()) - told]).toEqual([503, 1]);
    expect(await sealedRows(on)).toEqual(before);
    expect(await on.run(`select id from session where user_id = '${person.id}' and seal = ''`)).toEqual([]);
    expect(await on.faults()).toEqual([]);
  });

  it('S3: the same changes go through where nobody else writes', async () => {
    world.clock.addDays(1);
    for (const { request } of Object.values(cases))
      expect((await request(on, await on.person('technician'))).status).toBeLessThan(300);
    expect(await on.faults()).toEqual([]);
  });
});

describe('while a change waits for the log on PostgreSQL', async () => {
  const world = await newWorld('postgres');
  const on = stage(world);

  /** Until some statement of this database waits for a row. */
  async function untilWaiting(): Promise<void> {
    const text = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    while ((await on.run(text)).length === 0) await new Promise(setImmediate);
  }

  it.each([
    ['an account', 'identity', ['id', 'issuer', 'subject', 'created_at']],
    ['a recovery code', 'recovery_code', ['code_mac']],
  ] as const)('S3: %s put in meanwhile is refused, and never sealed', async (_, table, columns) => {
    const person = await on.person('administrator');
    const told = await on.recorded();
    const names = ['user_id', ...columns].join(', ');
    const values = [person.id, ...columns.map((column) => `x-${column}`)].map((value) => `'${value}'`).join(', ');
    let change: Promise<{ status: number }> | undefined;
    const { cookie } = await on.signIn(person.email);
    const { body } = await on.ask(cookie, 'POST', '/me/second-factor');
    const code = totp(body.secret, world.clock.now());
    await world.database.admin.transaction().execute(async (tx) => {
      await sql`select * from audit_head for update`.execute(tx);
      change = on.ask(cookie, 'POST', '/me/second-factor/confirmation', { code });
      await untilWaiting();
      await on.run(`insert into ${table} (${names}) values (${values})`);
    });
    expect((await change)?.status).toBe(503);
    expect((await on.recorded()) - told).toBe(1);
    expect(await on.run(`select user_id from second_factor where confirmed_at is not null`)).toEqual([]);
    await on.run(`delete from ${table} where user_id = '${person.id}'`);
    expect(await on.faults()).toEqual([]);
  });
});

describe.each(engines)('an entry that a trigger leaves out, on %s', async (engine) => {
  const world = await newWorld(engine);
  const { run } = stage(world);
  const leaveOut =
    engine === 'sqlite'
      ? [
          `create trigger zz before insert on audit_entry when new.action = 'key.revealed'
             begin update audit_head set size = size + 1; select raise(ignore); end`,
          `create trigger zy before insert on audit_payload
             when not exists (select 1 from audit_entry where idx = new.idx) begin select raise(ignore); end`,
        ]
      : [
          `create function zz() returns trigger language plpgsql as $$ begin
             if new.action = 'key.revealed' then update audit_head set size = size + 1; return null; end if; return new; end $$;
           create trigger zz before insert on audit_entry for each row execute function zz();
           create function zy() returns trigger language plpgsql as $$ begin
             if not exists (select 1 from audit_entry where idx = new.idx) then return null; end if; return new; end $$;
           create trigger zy before insert on audit_payload for each row execute function zy()`,
        ];

  it('S3, P1: is missed before the commit, and no license key is shown', async () => {
    const licenseKey = 'TRIGG-QWERT-YUIOP-ASDFG-HJKLA';
    const made = await world.admin('POST', '/keys', { licenseKey, productName: 'P', keyType: 'permanent' });
    const reveal = () => world.admin('POST', `/keys/${made.body.id}/reveal`);
    for (const statement of leaveOut) await run(statement);
    const { status, body } = await reveal();
    expect([status, body.code]).toEqual([503, 'log_inconsistent']);
    expect(JSON.stringify(body)).not.toContain(licenseKey);
    for (const name of ['zz', 'zy'])
      await run(engine === 'sqlite' ? `drop trigger ${name}` : `drop function ${name} cascade`);
    expect((await reveal()).body.licenseKey).toBe(licenseKey);
  });
});
