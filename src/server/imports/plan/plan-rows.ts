import { z } from 'zod';
import { id, name } from '../../../contract/values.ts';
import { AppError, invalid } from '../../../domain/errors.ts';
import { foldText } from '../../../domain/fold.ts';
import { check } from '../../http/request.ts';
import { type Becomes, becomesOf } from './becomes.ts';
import { planAssignment } from './plan-assignment.ts';
import type { OpenedFile } from './plan-file.ts';
import { planKeys } from './plan-keys.ts';
import { planLicense } from './plan-license.ts';
import { planCustomer, planPerson, planProduct } from './plan-named.ts';
import { planSoftware } from './plan-software.ts';
import { planUnit } from './plan-unit.ts';
import { countOf, type Fields, firstLine, type PlannedRow, type Planning, without } from './planned-row.ts';
import { type RowError, rowErrors } from './row-error.ts';
import type { RowValues } from './row-values.ts';
import { weightOf } from './row-weight.ts';

/** A row after the judgement of what it says by itself: planned, or wrong. */
export type JudgedRow = ({ line: number; planned: PlannedRow } | { line: number; errors: RowError[] }) & {
  /** In a rehearsal, of the first rows. */
  becomes?: Becomes;
};

/**
 * All rows of a file from the start, judged, so many at a time; a row with several license keys, persons or
 * units weighs as much as so many.
 * Others are served as the rows are read.
 */
export async function* judgedChunks(file: OpenedFile, size: number): AsyncGenerator<JudgedRow[]> {
  const planning: Planning = { ...file.rules, lines: new Map(), counts: new Map() };
  let chunk: JudgedRow[] = [];
  let weight = 0;
  for await (const values of file.rows()) {
    const own = weightOf(values, planning.kind);
    if (chunk.length > 0 && weight + own > size) {
      yield chunk;
      [chunk, weight] = [[], 0];
    }
    chunk.push({ ...judgeRow(values, planning), ...shownOf(values, planning) });
    weight += own;
  }
  if (chunk.length > 0) yield chunk;
}

/** As many as are listed. */
const mostShown = 1000;

function shownOf(values: RowValues, planning: Planning): Pick<JudgedRow, 'becomes'> {
  // A row that names its record by id shows what it changes of it.
  if (!planning.isRehearsed || values.id !== undefined || countOf('shown', planning.counts) > mostShown) return {};
  return { becomes: becomesOf(values, planning) };
}

function judgeRow(values: RowValues, planning: Planning): JudgedRow {
  const { line } = values;
  if (values.errors.length > 0) return { line, errors: [...values.errors, ...furtherErrors(values, planning)] };
  try {
    return { line, planned: planRow(values, planning) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { line, errors: [...rowErrors(values, error), ...errorsBehind(values, planning, error)] };
  }
}

/** What its end, its start and the type of a key say together. */
const validity = ['/keyType', '/validityStart', '/validityEnd'];

/**
 * What else is wrong with a row of which cells cannot be read, as far as it does not follow from that. It is judged by itself: it
 * is told to no other row.
 */
function furtherErrors(values: RowValues, planning: Planning): RowError[] {
  if (values.id !== undefined) return [];
  const told = new Set(values.errors.map(({ column }) => column));
  const isTold = (pointer: string): boolean => {
    const column = values.columnOf(pointer);
    return column !== null && told.has(column);
  };
  try {
    planRow(values, { ...planning, lines: new Map(), counts: new Map() });
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const isVague = validity.some(isTold);
    const more = error.errors.filter(({ pointer }) => !isTold(pointer) && !(isVague && validity.includes(pointer)));
    const found = more.length === 0 ? [] : rowErrors(values, new AppError(error.code, error.message, more));
    return [...found, ...errorsBehind(values, planning, error)];
  }
}

/** Whose a row is, and what it is of, are judged before all else: with what is told once either is given. */
function errorsBehind(values: RowValues, planning: Planning, { errors }: AppError): RowError[] {
  const [fault, ...more] = errors;
  if (more.length > 0 || values.id !== undefined) return [];
  const { fields } = values;
  if (fault?.pointer === '/customer')
    return furtherErrors({ ...values, fields: without(fields, 'customer') }, planning);
  if (fault?.pointer !== '/productName' || fields.productName !== undefined) return [];
  return furtherErrors({ ...values, fields: { ...fields, productName: 'any' } }, planning);
}

const ownerBody = z.strictObject({ customer: name().optional(), customerId: id.optional() });

function planRow(values: RowValues, planning: Planning): PlannedRow {
  const { line, columnOf } = values;
  const row: PlannedRow = { line, columnOf, warnings: [...values.warnings], owner: {}, keys: [] };
  if (values.id !== undefined) return planEdit(row, values, values.id, planning);
  const { customer, customerId, ...fields } = values.fields;
  if (planning.kind === 'customers' || planning.kind === 'products' || planning.kind === 'users')
    return planNamed(row, fields, planning);
  const owned = { ...row, owner: check(ownerBody, { customer, customerId }, '') };
  switch (planning.kind) {
    case 'software':
      return planSoftware(owned, values, fields, planning);
    case 'keys':
      return planKeys(owned, values, fields, planning);
    case 'licenses':
      return planLicense(owned, values, fields, planning);
    case 'equipment':
      return planUnit(owned, values, fields, planning);
    case 'assignments':
      return planAssignment(owned, values, fields, planning);
  }
}

function planNamed(row: PlannedRow, fields: Fields, planning: Planning): PlannedRow {
  switch (planning.kind) {
    case 'customers':
      return planCustomer(row, fields, planning);
    case 'products':
      return planProduct(row, fields, planning);
    default: {
      const planned = planPerson(row, fields);
      const first = firstLine(planning, `n:${foldText(planned.person ?? '')}`, row.line);
      return first === undefined ? planned : { ...planned, repeats: first };
    }
  }
}

/** A row that names a record changes it; each record is named once. */
function planEdit(row: PlannedRow, values: RowValues, recordId: string, planning: Planning): PlannedRow {
  const first = firstLine(planning, `i:${recordId}`, row.line);
  if (first !== undefined)
    throw invalid({
      ...{ pointer: '/id', code: 'repeated', detail: `Line ${first} is the same record.` },
      params: { first },
    });
  return { ...row, edit: { id: recordId, version: values.version, values } };
}
