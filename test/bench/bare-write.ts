// The bare durable transaction a write is measured against: claim, insert, log entry, head; in-process, no HTTP.
import { createHash, randomUUID } from 'node:crypto';
import SqliteFile from 'better-sqlite3';
import pg from 'pg';

const [source = '', secondsText = '5', connections = '8'] = process.argv.slice(2);
const seconds = Number(secondsText);
const keys = 20_000;
const types = source.startsWith('postgres') ? 'bigint' : 'integer';
const schema = [
  `create table bare_key (id ${types} primary key, taken integer not null, hold text not null)`,
  'create table bare_assignment (id text primary key, key_id text not null, unit text not null, at text not null)',
  `create table bare_entry (idx ${types} primary key, at text not null, header text not null, body text not null)`,
  `create table bare_head (id integer primary key, size ${types} not null, root text not null)`,
  "insert into bare_head values (1, 0, '')",
];
const claim = 'update bare_key set taken = taken + 1 where id = $1 and taken < 1 returning id';
const insert = 'insert into bare_assignment values ($1, $2, $3, $4)';
const head = 'update bare_head set size = size + 1 where id = 1 returning size, root';
const entry = 'insert into bare_entry values ($1, $2, $3, $4)';
const root = 'update bare_head set root = $1 where id = 1';
const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');
const body = 'x'.repeat(200);

async function onPostgres(): Promise<number> {
  const pool = new pg.Pool({ connectionString: source, max: Number(connections) });
  for (const statement of schema) await pool.query(statement);
  await pool.query(`insert into bare_key select n, 0, 'open' from generate_series(1, ${keys}) n`);
  let next = 1;
  const until = performance.now() + seconds * 1000;
  const work = async (): Promise<void> => {
    const client = await pool.connect();
    const run = (name: string, text: string, values: unknown[]) => client.query({ name, text, values });
    while (performance.now() < until && next < keys) {
      const id = next++;
      await client.query('begin');
      await run('claim', claim, [id]);
      await run('insert', insert, [randomUUID(), String(id), 'LAPTOP-042', new Date().toISOString()]);
      const row = (await run('head', head, [])).rows[0];
      const header = JSON.stringify({ i: row.size, c: hash(body), t: new Date().toISOString(), k: id });
      await run('entry', entry, [row.size, new Date().toISOString(), header, body]);
      await run('root', root, [hash(row.root + header)]);
      await client.query('commit');
    }
    client.release();
  };
  await Promise.all(Array.from({ length: Number(connections) }, work));
  await pool.end();
  return next - 1;
}

function onSqlite(): number {
  const db = new SqliteFile(source);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  for (const statement of schema) db.exec(statement);
  db.exec(
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${keys}) insert into bare_key select i, 0, 'open' from n`,
  );
  const prepare = (text: string) => db.prepare(text.replaceAll(/\$\d/g, '?'));
  const [p1, p2, p3, p4, p5] = [claim, insert, head, entry, root].map(prepare) as [Sql, Sql, Sql, Sql, Sql];
  const apply = db.transaction((id: number) => {
    p1.get(id);
    p2.run(randomUUID(), String(id), 'LAPTOP-042', new Date().toISOString());
    const row = p3.get() as { size: number; root: string };
    const header = JSON.stringify({ i: row.size, c: hash(body), t: new Date().toISOString(), k: id });
    p4.run(row.size, new Date().toISOString(), header, body);
    p5.run(hash(row.root + header));
  });
  let done = 0;
  for (const until = performance.now() + seconds * 1000; performance.now() < until && done < keys; )
    apply.immediate(++done);
  return done;
}
type Sql = SqliteFile.Statement;

const started = performance.now();
const count = source.startsWith('postgres') ? await onPostgres() : onSqlite();
console.log(JSON.stringify({ count, perSecond: count / ((performance.now() - started) / 1000) }));
