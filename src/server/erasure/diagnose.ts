import { isSwept, roomToRewrite } from '../../db/forget.ts';
import type { App } from '../context.ts';
import type { Diagnosis } from '../upkeep/doctor.ts';
import { oldCopies } from './old-copies.ts';

/** Is what was erased gone from the files too, and which older copies may still hold it? */
export async function erasureDiagnoses(app: App): Promise<Diagnosis[]> {
  return [await filesDiagnosis(app), await copiesDiagnosis(app)];
}

const name = 'erased content';

async function filesDiagnosis({ config, database }: App): Promise<Diagnosis> {
  if (config.databaseUrl) {
    const detail =
      'freed after each erasure; what pages and logs of the database server still hold: see docs/SECURITY.md';
    return { name, ok: true, detail };
  }
  if (!(await isSwept(database))) {
    const needed = Math.ceil((await roomToRewrite(database)) / 1024 / 1024);
    const detail = `what version 0.1.0 deleted may still stand in the file. Have ${needed} MiB free, stop the server, then: keybook erase`;
    return { name, ok: false, detail };
  }
  if (await database.forget())
    return {
      name,
      ok: true,
      detail:
        'overwritten in the file, and gone from its log; what updates had moved before may be left: see docs/SECURITY.md',
    };
  const newest = await database.read
    .selectFrom('audit_entry')
    .select('at')
    .where('action', '=', 'entries.erased')
    .orderBy('idx', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!newest) return { name, ok: true, detail: 'nothing was erased yet' };
  const detail =
    `what was erased until ${newest.at} may still stand in keybook.db-wal: somebody has been reading the database ` +
    'for long (a backup, an export, another program). It goes by itself when that has ended.';
  return { name, ok: false, detail };
}

/** An older copy is somebody's to keep: it is named, and no fault. */
async function copiesDiagnosis(app: App): Promise<Diagnosis> {
  const copies = await oldCopies(app);
  const places = app.config.backupDir === undefined ? 'DATA_DIR' : 'DATA_DIR and BACKUP_DIR';
  const holding = copies.filter(({ erasures }) => erasures > 0);
  const words = holding.map(
    ({ file, madeAt, erasures }) =>
      `${file} (of ${madeAt}, before ${erasures} ${erasures === 1 ? 'erasure' : 'erasures'})`,
  );
  const detail =
    copies.length === 0
      ? `none in ${places}`
      : holding.length === 0
        ? `${copies.length} in ${places}, none older than an erasure`
        : `may hold what was erased since: ${words.join(', ')}. Delete those you no longer need.`;
  return { name: 'older copies', ok: true, detail };
}
