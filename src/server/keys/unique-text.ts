import { isUniqueViolation } from '../../db/faults.ts';
import { reading, type WriteDb } from '../../db/open.ts';
import { AppError, type FieldError, type ProblemExtra } from '../../domain/errors.ts';
import type { ParsedLicenseKey } from '../../domain/license-key.ts';
import { inScope } from '../../domain/permissions.ts';
import { type Ctx, notFound, requireAction } from '../context.ts';
import { unlessBroken } from '../seals/seal.ts';
import { hashesOf, keysSpelled, type SpelledKey } from './find-by-text.ts';

type Hashes = ReturnType<typeof hashesOf>;

/**
 * Another key spelled alike is the same key, unless an administrator names it and says that it is not (K4). One of
 * another's customers cannot be named.
 */
export async function requireOwnSpelling(
  tx: WriteDb,
  ctx: Ctx,
  hashes: Hashes,
  allowSimilarTo: string | undefined,
  at: string,
): Promise<void> {
  const alike = await keysSpelled(reading(tx), ctx, [hashes.hl]);
  if (allowSimilarTo === undefined) {
    if (alike.length > 0) throw takenBy(alike, hashes, `${at}/licenseKey`);
    return;
  }
  requireAction(ctx, 'keys.allowSimilar');
  if (!alike.some(({ id, customerId }) => id === allowSimilarTo && inScope(ctx.scope, customerId))) {
    throw notFound('key that is spelled alike (allowSimilarTo)');
  }
}

function takenBy(alike: readonly SpelledKey[], { hx }: Hashes, pointer: string): KeysTaken {
  const visible = alike.filter(({ isVisible }) => isVisible);
  const other = visible.find((key) => key.hx === hx) ?? visible[0];
  return licenseKeyTaken(other?.id, pointer);
}

/** The refusal of texts that are recorded already, some of them where the actor does not see them. */
export class KeysTaken extends AppError {
  readonly outOfSight: number;

  constructor(detail: string, errors: FieldError[], extra: ProblemExtra, outOfSight: number) {
    super('license_key_taken', detail, errors, extra);
    this.outOfSight = outOfSight;
  }
}

/** The refusal of a text that is recorded already; `id` is the record that has it, where the actor may see it. */
export function licenseKeyTaken(id: string | undefined, pointer: string): KeysTaken {
  const detail = id
    ? 'The license key must be unique! It is already recorded: open that record.'
    : 'The license key must be unique! It is already recorded.';
  const errors = [{ pointer, code: 'license_key_taken', detail }];
  return new KeysTaken(detail, errors, id ? { existing: { type: 'key', id } } : {}, id ? 0 : 1);
}

/** Whether the database refused a text because another key has it. */
export function isTextTaken(error: unknown): boolean {
  return isUniqueViolation(error, 'key_text_unique') || isUniqueViolation(error, 'key_spelling_unique');
}

/** Runs a change that inserts the text; a text taken meanwhile is refused with the record that has it. */
export async function withUniqueText<T>(ctx: Ctx, text: ParsedLicenseKey, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isTextTaken(error)) throw error;
    const hashes = hashesOf(ctx, text);
    const alike = await unlessBroken(() => keysSpelled(ctx.db, ctx, [hashes.hl], { inSight: true }));
    throw takenBy(alike ?? [], hashes, '/licenseKey');
  }
}
