import { reading } from '../../../db/open.ts';
import { append } from '../../../domain/append.ts';
import { AppError, type FieldError } from '../../../domain/errors.ts';
import { cleanText } from '../../../domain/fold.ts';
import type { SpelledKey } from '../../keys/find-by-text.ts';
import { type Compared, differencesOf } from '../plan/differences.ts';
import { editorOf, type Present } from '../plan/editors.ts';
import { onDifferentAt } from '../plan/on-different.ts';
import { type Said, without } from '../plan/planned-row.ts';
import { shownText } from '../plan/shown-text.ts';
import { runVerb, withCustomer } from './edit-row.ts';
import type { Change } from './tally.ts';
import type { Writing } from './writing.ts';

/** Thrown where a row differs from its record and that is refused: what differs, field by field. */
export class Differs extends AppError {
  readonly changes: Change[];

  constructor(changes: Change[]) {
    const faults = changes.map(({ field }): FieldError => ({ pointer: `/${field}`, ...differs }));
    super('invalid', differs.detail, faults);
    this.changes = changes;
  }
}

const differs = {
  code: 'differs',
  detail:
    'The record that is there says otherwise. Say which holds: onDifferent=update takes the file, leave the record.',
};

/** What differs, and whether that was taken over. */
export type Settled = { changes: Change[]; isChanged: boolean };

/** Which product a record is of, and whose it is. */
const identity = ['productName', 'productId', 'customer', 'customerId'];

type Records = {
  read: Map<string, Present>;
  /** Ids that rows to come may name: they are read together with the first of them. */
  unread: Set<string>;
};

/** Records that rows may say otherwise of. */
export type Known = Record<'keys' | 'licenses', Records>;

export function nothingRead(keys: readonly SpelledKey[]): Known {
  return {
    keys: { read: new Map(), unread: new Set(keys.map(({ id }) => id)) },
    licenses: { read: new Map(), unread: new Set(keys.flatMap(({ licenseId }) => licenseId ?? [])) },
  };
}

/** Records of one statement: they hold others up for some milliseconds. */
const readAtOnce = 100;

/** What a row says otherwise than the record that is there: taken over, left, or refused, as was asked. Answers what differs. */
export async function settleDifferences(
  writing: Writing,
  kind: 'keys' | 'licenses',
  { id, line, said }: { id: string; line: number; said: Said },
): Promise<Settled> {
  if (Object.keys(said.fields).length === 0 && !said.together) return { changes: [], isChanged: false };
  const present = await presentRecord(writing, kind, id);
  if (!present) return { changes: [], isChanged: false };
  const editor = editorOf(kind);
  const { patch, changes: found, faults } = differencesOf(present, comparedOf(said, present), []);
  const changes = found.map((change) => ({ ...change, old: shown(change.old), new: shown(change.new) }));
  const onDifferent = onDifferentAt(writing.rules.onDifferent, line);
  if (changes.length === 0 || onDifferent === 'leave' || !editor) return { changes, isChanged: false };
  if (onDifferent === 'refuse') throw new Differs(changes);
  const taken = onDifferent === 'details' ? without(patch, ...identity) : patch;
  if (Object.keys(taken).length === 0) return { changes, isChanged: false };
  if (faults.length > 0) throw new AppError('invalid', faults[0]?.detail ?? '', faults);
  const drafts = await runVerb(writing, present.version, async (ctx) =>
    editor.update(ctx, id, await withCustomer(writing, line, taken)),
  );
  append(writing.audit, drafts);
  writing.made.add(id);
  // A later row may say the same record.
  writing.known[kind].read.delete(id);
  return { changes: changes.filter(({ field }) => field in taken || field.startsWith('attributes.')), isChanged: true };
}

function shown<Value>(value: Value): Value | string {
  return typeof value === 'string' ? shownText(value) : value;
}

/** A record as its list shows it; undefined for one that is not there for the actor. */
async function presentRecord(
  { tx, ctx, known }: Writing,
  kind: 'keys' | 'licenses',
  id: string,
): Promise<Present | undefined> {
  const { read, unread } = known[kind];
  const before = read.get(id);
  if (before) return before;
  const ids = unread.has(id) ? [...unread].slice(0, readAtOnce) : [];
  const found = await editorOf(kind)?.find({ ...ctx, db: reading(tx) }, [...new Set([id, ...ids])]);
  for (const each of [id, ...ids]) unread.delete(each);
  for (const [each, present] of found ?? []) read.set(each, present);
  return read.get(id);
}

function comparedOf({ fields, attributes = {}, together = {} }: Said, present: Present): Compared {
  const more = Object.entries(together).filter(([field, count]) => Number(present.editable[field] ?? 0) < count);
  const own = Object.fromEntries(
    Object.entries(fields).filter(([field, given]) => given !== undefined && !isNoted(present, field, given)),
  );
  return {
    fields: {
      ...own,
      ...Object.fromEntries(more.map(([field, count]) => [field, field === 'cost' ? { cost: count } : count])),
    },
    attributes,
    blank: [],
    damaged: new Map(),
    computed: [],
  };
}

/** Remarks may have more lines than a file gave: those of a file are added to what is noted of it. */
function isNoted({ editable }: Present, field: string, text: unknown): boolean {
  const noted = editable[field];
  if (field !== 'remarks' || typeof noted !== 'string' || typeof text !== 'string') return false;
  const lines = new Set(noted.split('\n'));
  return cleanText(text, { multiline: true })
    .split('\n')
    .every((line) => lines.has(line));
}
