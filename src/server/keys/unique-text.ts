import { isUniqueViolation } from '../../db/faults.ts';
import { reading, type WriteDb } from '../../db/open.ts';
import { AppError, type FieldError, type ProblemExtra } from '../../domain/errors.ts';
import { inScope } from '../../domain/permissions.ts';
import { type Ctx, notFound, requireAction } from '../context.ts';
import { unlessBroken } from '../seals/seal.ts';
import { hashesOf, keysSpelled, type SpelledKey } from './find-by-text.ts';
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

/**
 * Another key spelled alike is the same key, unless an administrator names it and says that it is not (K4). One of
 * another's customers cannot be named. A file is the same by its bytes; by account nothing is.
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
  const alike = await keysSpelled(reading(tx), ctx, [hashes.hl]);
  if (allowSimilarTo === undefined) {
    if (alike.length > 0) throw takenBy(alike, hashes, contentPointer(content, at));
    return;
  }
  requireAction(ctx, 'keys.allowSimilar');
  const named = alike.find(({ id, customerId }) => id === allowSimilarTo && inScope(ctx.scope, customerId));
  if (!named) throw notFound('key that is spelled alike (allowSimilarTo)');
  confirmed.set(ctx, [...confirmedTo(ctx), named]);
}

function takenBy(alike: readonly SpelledKey[], { hx }: Pick<SpelledKey, 'hx'>, pointer: string): KeysTaken {
  const visible = alike.filter(({ isVisible }) => isVisible);
  const other = visible.find((key) => key.hx === hx) ?? visible[0];
  return licenseKeyTaken(pointer, other ?? alike[0]);
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
    const alike = await unlessBroken(() => keysSpelled(ctx.db, ctx, [hashes.hl]));
    throw takenBy(alike ?? [], hashes, contentPointer(content, ''));
  }
}
