import type { BodyOf } from '../../contract/endpoint.ts';
import type { startImport } from '../../contract/imports.ts';
import { databaseFault } from '../../db/faults.ts';
import type { WriteDb } from '../../db/open.ts';
import { invalid } from '../../domain/errors.ts';
import { cleanText, textFault } from '../../domain/fold.ts';
import type { Changed, Ctx } from '../context.ts';
import type { ImportAnswer } from './import-queries.ts';
import { type FilePlan, planFile } from './plan-file.ts';
import { firstOf, RefusedFile, refusal } from './row-error.ts';
import { type Written, writeRows } from './write-import.ts';

type Body = BodyOf<typeof startImport>;
export type Imported = { id: string } | { rehearsal: ImportAnswer };

/** Thrown at the end of a rehearsal, so that everything was judged and nothing stays. */
class Rehearsed extends Error {
  readonly written: Written;

  constructor(written: Written) {
    super('rehearsed');
    this.written = written;
  }
}

const tries = 3;

/**
 * Imports a CSV file: all of it in one transaction, or, where any row is wrong, nothing. What is there already stays as
 * it is; the same file again makes nothing. Records every made record and `import.completed`. A rehearsal writes nothing
 * and answers what would come of it.
 */
export async function importFile(ctx: Ctx, { body }: { body: Body }): Promise<Imported> {
  const isRehearsal = body.dryRun === 'true';
  const bytes = Buffer.from(await body.file.arrayBuffer());
  try {
    const plan = await planFile(ctx, bytes, { ...body, mapping: readMapping(body.mapping) });
    return await writePlan(ctx, { body, bytes, plan, isRehearsal });
  } catch (error) {
    if (error instanceof Rehearsed) return { rehearsal: rehearsal(ctx, body, error.written) };
    if (!(error instanceof RefusedFile)) throw error;
    if (!isRehearsal) throw refusal(error.errors);
    return { rehearsal: rehearsal(ctx, body, { rows: error.rows, created: {}, same: 0, warnings: [] }, error.errors) };
  }
}

/** Column name → field name, or null for a column that is left out. */
function readMapping(json: string | undefined): Map<string, string | null> {
  if (json === undefined) return new Map();
  const refused = (): Error =>
    invalid([
      {
        pointer: '/mapping',
        code: 'invalid',
        detail:
          'The mapping takes a JSON object of column names and field names, such as {"Product Key": "licenseKey"}.',
      },
    ]);
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw refused();
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw refused();
  const entries = Object.entries(parsed).map(([name, field]): [string, string | null] => {
    if (field !== null && typeof field !== 'string') throw refused();
    return [name, field === '' ? null : field];
  });
  return new Map(entries);
}

type Job = { body: Body; bytes: Buffer; plan: FilePlan; isRehearsal: boolean };

/** A record that somebody else made meanwhile is found at the next try. */
async function writePlan(ctx: Ctx, job: Job): Promise<Imported> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ctx.change((tx) => writeOnce(tx, ctx, job));
    } catch (error) {
      if (databaseFault(error)?.kind !== 'unique' || attempt === tries) throw error;
    }
  }
}

async function writeOnce(
  tx: WriteDb,
  ctx: Ctx,
  { body, bytes, plan, isRehearsal }: Job,
): Promise<Changed<{ id: string }>> {
  await takeTurn(tx);
  const id = ctx.newId();
  const fileName = fileNameOf(body.file.name);
  await tx
    .insertInto('import')
    .values({
      id,
      kind: body.kind,
      profile: body.profile ?? '',
      file_name: fileName,
      // It has license keys in clear: no page of the database may show them, not even for this long.
      file: ctx.app.vault.sealBytes(bytes, `import ${id}`),
      status: 'running',
      report: '{}',
      actor_id: ctx.actor.id,
      created_at: ctx.now(),
      finished_at: null,
    })
    .execute();
  const { written, audit } = await writeRows(tx, ctx, plan, id);
  if (isRehearsal) throw new Rehearsed(written);
  const { rows, created, same } = written;
  await tx
    .updateTable('import')
    .set({ status: 'done', file: null, report: JSON.stringify(written), finished_at: ctx.now() })
    .where('id', '=', id)
    .execute();
  const details = { kind: body.kind, profile: body.profile, fileName, rows, created, same };
  return { result: { id }, audit: [...audit, { action: 'import.completed', subject: `import:${id}`, details }] };
}

/** Imports go one after another: two of the same file at once must not both find that a unit is not there yet. */
async function takeTurn(tx: WriteDb): Promise<void> {
  await tx
    .updateTable('settings')
    .set((eb) => ({ house_id: eb.ref('house_id') }))
    .where('id', '=', 1)
    .execute();
}

/** The last part of the name a client gave, as a text that can be shown. */
function fileNameOf(given: string): string {
  const name = cleanText(given.slice(-1000).split(/[/\\]/).at(-1) ?? '').slice(-200);
  return textFault(name, { min: 1, max: 200 }) ? 'file.csv' : name;
}

function rehearsal(ctx: Ctx, body: Body, written: Written, errors: RefusedFile['errors'] = []): ImportAnswer {
  return {
    id: null,
    kind: body.kind,
    profile: body.profile ?? null,
    fileName: fileNameOf(body.file.name),
    status: errors.length > 0 ? 'refused' : 'done',
    dryRun: true,
    ...written,
    errors: firstOf(errors),
    createdAt: ctx.now(),
    finishedAt: ctx.now(),
  };
}
