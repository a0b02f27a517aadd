import { isUniqueViolation } from '../../db/faults.ts';
import { type ReadDb, reading, type WriteDb } from '../../db/open.ts';
import { AppError, type FieldError, invalid, type ProblemExtra } from '../../domain/errors.ts';
import { inScope } from '../../domain/permissions.ts';
import { type Ctx, notFound, requireAction } from '../context.ts';
import { unlessBroken } from '../seals/seal.ts';
import { hashesOf, keysSpelled, oneOfEach, type SpelledKey } from './find-by-text.ts';
import type { KeyContent } from './key-content.ts';

/** A key of which somebody is told that a text they gave is its text. */
export type SaidKey = Pick<SpelledKey, 'id' | 'customerId' | 'isVisible'>;

/** Of the requests under way: keys that were rightly named as spelled alike, which is told though nothing comes of it. */
const confirmed = new WeakMap<Ctx, SaidKey[]>();

/** The keys that this request has named as spelled like a text it gives, and that are. */
export function confirmedTo(ctx: Ctx): readonly SaidKey[] {
  return confirmed.get(ctx) ?? [];
}

/** What a fault of a key's content points at. */
export function contentPointer({ delivery }: Pick<KeyContent, 'delivery'>, at: string): string {
  return `${at}/${delivery === 'file' ? 'licenseFile' : 'licenseKey'}`;
}

/** So many keys may be spelled alike: who looks one up is answered with all of them, an entry each. */
const mostAlike = 20;

/**
 * Another key spelled alike is the same key, unless an administrator names it and says that it is not (K4). One of
 * another's customers cannot be named. Refused where there are twenty of them. A file is the same by its bytes; by account
 * nothing is.
 */
export async function requireOwnSpelling(
  tx: WriteDb,
  ctx: Ctx,
  content: KeyContent,
  allowSimilarTo: string | undefined,
  at: string,
): Promise<void> {
  if (!content.secret) return;
  const hashes = hashesOf(ctx, content.secret);
  const pointer = contentPointer(content, at);
  if (allowSimilarTo === undefined) {
    const other = await keyToName(reading(tx), ctx, hashes);
    if (other) throw licenseKeyTaken(pointer, other);
    return;
  }
  requireAction(ctx, 'keys.allowSimilar');
  let count = 0;
  const [named] = await keysSpelled(reading(tx), ctx, [hashes.hl], {
    pick: (alike) => {
      count = alike.length;
      return alike.filter(({ id, customerId }) => id === allowSimilarTo && inScope(ctx.scope, customerId));
    },
  });
  if (!named) throw notFound('key that is spelled alike (allowSimilarTo)');
  confirmed.set(ctx, [...confirmedTo(ctx), named]);
  if (count >= mostAlike) throw tooManyAlike(pointer);
}

function tooManyAlike(pointer: string): AppError {
  const detail = `${mostAlike} keys are spelled like this one already: no more of them can be recorded.`;
  return invalid({ pointer, code: 'too_many_alike', detail, params: { max: mostAlike } });
}

/** Of the keys spelled alike the one that a refusal names: the very text before others, visible ones before all. */
async function keyToName(
  db: ReadDb,
  ctx: Ctx,
  { hx, hl }: ReturnType<typeof hashesOf>,
): Promise<SpelledKey | undefined> {
  const [key] = await keysSpelled(db, ctx, [hl], {
    pick: (alike) => {
      const same = alike.filter((one) => one.isVisible && one.hx === hx);
      return same.length > 0 ? same.slice(0, 1) : oneOfEach(alike);
    },
  });
  return key;
}

/** The refusal of texts that are recorded already, each in one of `told`; none where it is not known in which. */
export class KeysTaken extends AppError {
  readonly told: readonly SaidKey[];

  constructor(detail: string, errors: FieldError[], extra: ProblemExtra, told: readonly SaidKey[]) {
    super('license_key_taken', detail, errors, extra);
    this.told = told;
  }
}

/** The refusal of a text that is recorded already; it names the record that has it where the actor may see that. */
export function licenseKeyTaken(pointer: string, other?: SaidKey): KeysTaken {
  const id = other?.isVisible ? other.id : undefined;
  const what = pointer.endsWith('File') ? 'license file' : 'license key';
  const detail = `The ${what} must be unique! It is already recorded${id ? ': open that record' : ''}.`;
  const errors = [{ pointer, code: 'license_key_taken', detail }];
  return new KeysTaken(detail, errors, id ? { existing: { type: 'key', id } } : {}, other ? [other] : []);
}

/** Whether the database refused a text because another key has it. */
export function isTextTaken(error: unknown): boolean {
  return isUniqueViolation(error, 'key_text_unique') || isUniqueViolation(error, 'key_spelling_unique');
}

/** Runs a change that inserts the content; one taken meanwhile is refused with the record that has it. */
export async function withUniqueText<T>(ctx: Ctx, content: KeyContent, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isTextTaken(error) || !content.secret) throw error;
    const hashes = hashesOf(ctx, content.secret);
    const other = await unlessBroken(() => keyToName(ctx.db, ctx, hashes));
    throw licenseKeyTaken(contentPointer(content, ''), other);
  }
}
