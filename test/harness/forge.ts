import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { expect } from 'vitest';
import { examine } from '../../src/server/upkeep/doctor.ts';
import { totp } from './totp.ts';
import { adminPassword, type World } from './world.ts';

/** Somebody who may write the database and has no master key: what such a person can compute of a secret. */
export const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url');

export type Values = Record<string, string | number | null>;
type Row = Values & { id: string };

/** The tables under the server's feet, whatever its version calls their columns. */
export function rawTables(world: Pick<World, 'database'>) {
  const { admin } = world.database;
  const where = (key: Values) =>
    sql.join(
      Object.entries(key).map(([column, value]) => sql`${sql.ref(column)} = ${value}`),
      sql` and `,
    );
  const all = async (table: string, key: Values) =>
    (await sql<Row>`select * from ${sql.table(table)} where ${where(key)}`.execute(admin)).rows;
  const put = async (table: string, row: Values) => {
    const [names, values] = [Object.keys(row).map((name) => sql.ref(name)), Object.values(row)];
    await sql`insert into ${sql.table(table)} (${sql.join(names)}) values (${sql.join(values)})`.execute(admin);
  };
  const remove = (table: string, key: Values) =>
    sql`delete from ${sql.table(table)} where ${where(key)}`.execute(admin);
  const set = async (table: string, key: Values, values: Values) => {
    const changes = Object.entries(values).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
    await sql`update ${sql.table(table)} set ${sql.join(changes)} where ${where(key)}`.execute(admin);
  };
  /** The name of a column that the two versions call differently. */
  const column = async (table: string, ...names: string[]) => {
    const found = (await admin.introspection.getTables()).find(({ name }) => name === table);
    return names.find((name) => found?.columns.some((one) => one.name === name)) ?? '';
  };
  return { all, put, remove, set, column };
}

export type Tables = ReturnType<typeof rawTables>;

export const password = 'seven quiet herons wade';

/** People and credentials of one installation, each made by the server itself. */
export async function cast(world: World) {
  const anybody = world.as(undefined);
  const signIn = async (email: string, more: object = {}, secret = password) => {
    const { status, headers } = await anybody('POST', '/session', { email, password: secret, ...more });
    return { status, cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
  };
  const ada = async () => (await signIn('ada@nordwind.example', {}, adminPassword)).cookie;
  let count = 0;
  const person = async (role: string, more: object = {}) => {
    count += 1;
    const email = `person-${count}@nordwind.example`;
    const made = await anybody(
      'POST',
      '/users',
      { name: email, email, role, password, ...more },
      { cookie: await ada() },
    );
    expect(made.status).toBe(201);
    return { id: made.body.id as string, email };
  };
  const ask = async (
    cookie: string,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => anybody(method, path, body, { cookie, ...headers });
  return { anybody, signIn, ada, person, ask };
}

type Cast = Awaited<ReturnType<typeof cast>>;
export type Scene = Cast & { world: World; tables: Tables; macColumn: string };

export async function change(
  tables: Tables,
  table: string,
  id: string,
  values: Values,
): Promise<() => Promise<unknown>> {
  const [before] = await tables.all(table, { id });
  const old = Object.fromEntries(Object.keys(values).map((name) => [name, before?.[name] ?? null]));
  await tables.set(table, { id }, values);
  return () => tables.set(table, { id }, old);
}

export async function enrol({ ask, signIn, world }: Scene, email: string): Promise<string[]> {
  const { cookie } = await signIn(email);
  const { body } = await ask(cookie, 'POST', '/me/second-factor');
  const code = totp(body.secret, world.clock.now());
  const done = await ask(cookie, 'POST', '/me/second-factor/confirmation', { code });
  expect(done.status).toBe(200);
  return done.body.recoveryCodes;
}

/** What `doctor` says is wrong. */
export async function faultsFound(world: Pick<World, 'app'>): Promise<string[]> {
  const diagnoses = await examine(world.app, false);
  return diagnoses.filter(({ ok }) => !ok).map(({ detail }) => detail);
}
