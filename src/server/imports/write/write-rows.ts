import { reading, type WriteDb } from '../../../db/open.ts';
import { othersTurn } from '../../../db/others-turn.ts';
import { append } from '../../../domain/append.ts';
import { AppError } from '../../../domain/errors.ts';
import { foldText } from '../../../domain/fold.ts';
import { inScope } from '../../../domain/permissions.ts';
import type { Ctx } from '../../context.ts';
import { insertCustomer } from '../../customers/create-customer.ts';
import { findByName } from '../../customers/find-by-name.ts';
import { insertEquipment } from '../../equipment/create-equipment.ts';
import { blankEquipment, withBody } from '../../equipment/equipment-record.ts';
import { nothingTold, toldOf } from '../../keys/told-texts.ts';
import { tellsOfOthers } from '../../limits/tries.ts';
import { requireAllCustomers } from '../../people/all-customers.ts';
import { knownKeys } from '../plan/known-keys.ts';
import { knownPersons } from '../plan/known-persons.ts';
import { isKnownUnit, type UnitsOfFile } from '../plan/known-unit.ts';
import { insertProduct } from '../plan/named-records.ts';
import type { JudgedRow } from '../plan/plan-rows.ts';
import type { PlannedRow, PlanRules } from '../plan/planned-row.ts';
import { rowErrors } from '../plan/row-error.ts';
import { Differs, nothingRead } from './differing.ts';
import { editRow, prepareEdits } from './edit-row.ts';
import { settleSeats } from './judged-seats.ts';
import { placeAssignment, takeFurtherSeats } from './place-assignment.ts';
import type { Change, ChunkResult } from './tally.ts';
import { writeKeys } from './write-keys.ts';
import { customerOf, flushKeys, type Once, type Outcome, type Writing } from './writing.ts';

export type ToWrite = {
  rules: PlanRules;
  rows: readonly JudgedRow[];
  units: UnitsOfFile;
  made?: Set<string>;
  /** Of a judgement: seats that the parts before this one took, by key. This one adds its own. */
  judgedSeats?: Map<string, number>;
};

const rowsAtOnce = 50;

/**
 * Makes what rows say and is not there yet, and changes the records they name, in the order of the file. Answers what
 * became of every row; where one has a fault, the caller undoes them all. Others are served between the rows.
 */
export async function writeRows(tx: WriteDb, ctx: Ctx, work: ToWrite): Promise<ChunkResult> {
  const { rows } = work;
  const writing = await prepare(tx, ctx, work);
  const result: ChunkResult = {
    outcomes: [],
    errors: [],
    warnings: writing.warnings,
    audit: writing.audit,
    personsKnown: 0,
    told: nothingTold,
    tellOfOthers: new Set(),
    beside: writing.beside,
  };
  const turn = othersTurn(rowsAtOnce);
  for (const row of rows) {
    await turn();
    if ('planned' in row) await writeOne(writing, row.planned, result);
    else note(result, { line: row.line, errors: row.errors });
    const last = result.outcomes.at(-1);
    if (last && row.becomes) last.becomes = row.becomes;
  }
  if (result.errors.length === 0) await flushKeys(writing);
  settleSeats(writing.seats);
  return { ...result, told: await toldOf(ctx, reading(tx), [...writing.told.values()]) };
}

async function prepare(
  tx: WriteDb,
  ctx: Ctx,
  { rules, rows, units, made = new Set(), judgedSeats }: ToWrite,
): Promise<Writing> {
  const planned = rows.flatMap((row) => ('planned' in row ? row.planned : []));
  const texts = planned.flatMap(({ keys, seatOf, assignment }) => [
    ...keys.map(({ content }) => content.secret),
    ...(seatOf ? [seatOf.secret] : []),
    ...(assignment?.text ? [assignment.text] : []),
  ]);
  const keys = await knownKeys(tx, ctx, texts);
  return {
    tx,
    ctx,
    rules,
    judgesOnly: judgedSeats !== undefined,
    seats: { before: judgedSeats ?? new Map(), here: new Map() },
    once: newOnce(),
    keys,
    told: new Map(),
    keysToInsert: [],
    edits: await prepareEdits(tx, ctx, rules.kind, planned),
    known: nothingRead(keys.found),
    persons: await knownPersons(tx, ctx, planned),
    units,
    made,
    beside: new Map(),
    warnings: [],
    audit: [],
  };
}

function newOnce(): Once {
  const found = new Map<string, Promise<unknown>>();
  return (name, find) => {
    const known = found.get(name) ?? find();
    found.set(name, known);
    // What is found under a name is always of the type of its finder: names begin with the kind of record.
    return known as ReturnType<typeof find>;
  };
}

async function writeOne(writing: Writing, row: PlannedRow, result: ChunkResult): Promise<void> {
  try {
    const outcome = await writeRow(writing, row);
    result.outcomes.push({ line: row.line, id: null, changes: [], ...outcome });
    append(result.warnings, row.warnings);
    if (row.person !== undefined && row.repeats === undefined && writing.persons.has(foldText(row.person)))
      result.personsKnown += 1;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (tellsOfOthers(error)) result.tellOfOthers.add(error);
    const changes = error instanceof Differs ? error.changes : [];
    note(result, { line: row.line, errors: rowErrors(row, error), changes });
  }
}

type Faulty = { line: number; errors: ChunkResult['errors']; changes?: Change[] };

function note(result: ChunkResult, { line, errors, changes = [] }: Faulty): void {
  const isRepeated = errors.length > 0 && errors.every(({ code }) => code === 'repeated');
  result.outcomes.push({ line, outcome: isRepeated ? 'duplicate' : 'wrong', id: null, changes });
  append(result.errors, errors);
}

async function writeRow(writing: Writing, row: PlannedRow): Promise<Outcome> {
  if (row.repeats !== undefined) return { outcome: 'duplicate' };
  if (row.edit) {
    await flushKeys(writing);
    return editRow(writing, row.edit);
  }
  if (row.unit) return writeUnit(writing, row, row.unit);
  if (row.customer) return writeCustomer(writing, row.customer);
  if (row.product) return writeProduct(writing, row.product);
  if (row.assignment) return placeAssignment(writing, row, row.assignment);
  // People are names on assignments: there is nothing to make of them.
  if (row.person !== undefined) return { outcome: 'same' };
  if (row.seatOf) {
    await flushKeys(writing);
    return takeFurtherSeats(writing, row, row.seatOf);
  }
  return writeKeys(writing, row);
}

async function writeUnit(writing: Writing, row: PlannedRow, unit: NonNullable<PlannedRow['unit']>): Promise<Outcome> {
  const { tx, ctx, audit } = writing;
  const made = withBody(blankEquipment(await customerOf(writing, row)), unit);
  if (await isKnownUnit(tx, ctx, row.line, made, writing.units)) return { outcome: 'same' };
  const inserted = await insertEquipment(tx, ctx, made, unit.attributes);
  writing.made.add(inserted.id);
  audit.push(inserted.audit);
  return { outcome: 'new' };
}

async function writeCustomer(
  { tx, ctx, made, audit }: Writing,
  body: NonNullable<PlannedRow['customer']>,
): Promise<Outcome> {
  const known = await findByName(tx, ctx, body.name, made);
  if (known !== undefined && inScope(ctx.scope, known)) return { outcome: 'same', id: known };
  requireAllCustomers(ctx.actor);
  const inserted = await insertCustomer(tx, ctx, body);
  made.add(inserted.id);
  audit.push(inserted.audit);
  return { outcome: 'new' };
}

async function writeProduct(writing: Writing, body: NonNullable<PlannedRow['product']>): Promise<Outcome> {
  const made = await insertProduct(writing.tx, writing.ctx, body);
  if (!made.audit) return { outcome: 'same', id: made.id };
  writing.audit.push(made.audit);
  return { outcome: 'new' };
}
