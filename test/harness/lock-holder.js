// A process of its own that holds the write lock of a SQLite file until its input ends.
import SqliteFile from 'better-sqlite3';

const db = new SqliteFile(process.argv[2] ?? '');
db.exec('begin immediate');
process.stdout.write('held\n');
process.stdin.resume().on('end', () => {
  db.exec('rollback');
  db.close();
  process.stdout.write('released\n');
});
