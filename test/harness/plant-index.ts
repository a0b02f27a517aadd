import { DatabaseSync } from 'node:sqlite';

/**
 * Has an index over whole rows of a table tell what the table held before `change`, as somebody can who writes the bytes
 * of the file; statistics in the file make SQLite prefer it to the table.
 */
export function plantIndex(file: string, table: string, change: string): void {
  const at = (statements: (database: DatabaseSync) => void) => {
    const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
    // Lets the schema be written like a table.
    database.enableDefensive(false);
    database.exec('PRAGMA writable_schema = ON');
    statements(database);
    database.close();
  };
  const planted: Record<string, unknown>[] = [];
  at((database) => {
    for (const { name } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all())
      database.exec(`DROP TRIGGER ${name}`);
    const columns = database.prepare(`SELECT name FROM pragma_table_info('${table}')`).all();
    database.exec(`CREATE INDEX planted ON ${table} (${columns.map(({ name }) => name).join(', ')})`);
    database.exec('ANALYZE');
    const places = columns.map(() => ' 1').join('');
    database.exec(`DELETE FROM sqlite_stat1 WHERE tbl = '${table}'`);
    database.exec(`INSERT INTO sqlite_stat1 VALUES ('${table}', 'planted', '10000${places} sz=1')`);
    planted.push(...database.prepare("SELECT * FROM sqlite_schema WHERE name = 'planted'").all());
    database.exec("DELETE FROM sqlite_schema WHERE name = 'planted'");
  });
  at((database) => database.exec(change));
  at((database) => {
    const put = database.prepare('INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)');
    for (const { type, name, tbl_name, rootpage, sql } of planted)
      put.run(String(type), String(name), String(tbl_name), Number(rootpage), String(sql));
  });
}
