import type { WriteDb } from '../../../db/open.ts';
import { append } from '../../../domain/append.ts';
import { AppError } from '../../../domain/errors.ts';
import { foldText } from '../../../domain/fold.ts';
import type { AuditDraft, Ctx } from '../../context.ts';
import { ownerOf, requireCustomer } from '../../customers/require-customer.ts';
import type { SaidKey } from '../../keys/unique-text.ts';
import { customerNamed } from '../plan/customer-named.ts';
import type { KnownKeys } from '../plan/known-keys.ts';
import type { UnitsOfFile } from '../plan/known-unit.ts';
import type { PlannedRow, PlanRules } from '../plan/planned-row.ts';
import type { RowError } from '../plan/row-error.ts';
import type { MadeBeside } from '../plan/what-is-made.ts';
import { noteNamed } from './beside.ts';
import type { Known } from './differing.ts';
import type { Editing } from './edit-row.ts';
import { draftsOf, insertKeys, type KeyToInsert } from './insert-keys.ts';
import type { JudgedSeats } from './judged-seats.ts';
import type { RowOutcome } from './tally.ts';

/** The rows of one transaction while they are written. */
export type Writing = {
  tx: WriteDb;
  ctx: Ctx;
  rules: PlanRules;
  /** A judgement finds all faults, but new keys are not inserted: they are many, and have been judged by then. */
  judgesOnly: boolean;
  seats: JudgedSeats;
  once: Once;
  keys: KnownKeys;
  /** Keys that an answer tells the texts of rows to be recorded in, by their ids. */
  told: Map<string, SaidKey>;
  keysToInsert: KeyToInsert[];
  edits: Editing | undefined;
  known: Known;
  persons: ReadonlySet<string>;
  units: UnitsOfFile;
  /** Ids of what this change has made or changed: of these the log tells only afterwards. */
  made: Set<string>;
  /** What rows would have made beside their own records. */
  beside: Map<string, MadeBeside>;
  /** What is told of rows beside their own warnings. */
  warnings: RowError[];
  audit: AuditDraft[];
};

/** Answers what was found for the same name before, refusals included. */
export type Once = <Found>(name: string, find: () => Promise<Found>) => Promise<Found>;

export type Outcome = Pick<RowOutcome, 'outcome'> & Partial<RowOutcome>;

/** Inserts the keys that are waiting for it. */
export async function flushKeys({ tx, ctx, keysToInsert, made, audit, judgesOnly }: Writing): Promise<void> {
  const keys = keysToInsert.splice(0);
  for (const { id } of keys) made.add(id);
  append(audit, judgesOnly ? draftsOf(keys) : await insertKeys(tx, ctx, keys, made));
}

/** Whose the row's new record is. */
export async function customerOf(
  writing: Writing,
  { owner, line }: Pick<PlannedRow, 'owner' | 'line'>,
): Promise<string> {
  const { tx, ctx, once, rules, made, audit } = writing;
  const { customer, customerId } = owner;
  if (customer !== undefined)
    return once(`customer name ${foldText(customer)}`, async () => {
      const asked = () => noteNamed(writing, { kind: 'customers', name: customer, line });
      const named = await customerNamed(tx, ctx, customer, { made, asked });
      append(audit, named.audit);
      return named.id;
    });
  return once(`customer ${customerId ?? ''}`, async () => {
    const id = customerId ?? ownerOf(ctx, rules.customerId);
    await requireCustomer(tx, ctx, id);
    return id;
  });
}

/** A refusal that says which field of the row it is about. */
export function atField(pointer: string, { code, message }: AppError): AppError {
  return new AppError(code, message, [{ pointer, code, detail: message }]);
}
