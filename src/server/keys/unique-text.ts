import { isUniqueViolation } from '../../db/faults.ts';
import { reading, type WriteDb } from '../../db/open.ts';
import { type On, statement } from '../../db/statement.ts';
import { AppError, type FieldError, type ProblemExtra } from '../../domain/errors.ts';
import type { ParsedLicenseKey } from '../../domain/license-key.ts';
import { inScope } from '../../domain/permissions.ts';
import { type Ctx, notFound, type ReadCtx, requireAction } from '../context.ts';
import { keysByHash } from './key-queries.ts';

type Hashes = { hx: string; hl: string };

/** The keyed hashes by which a key's text is unique and found. */
export function hashesOf({ app }: Ctx, text: ParsedLicenseKey): Hashes {
  return { hx: app.vault.hash('strict', text.strict), hl: app.vault.hash('loose', text.loose) };
}

const spelledAlike = statement(({ db }: On<WriteDb>, { hl }: { hl: string }) =>
  db.selectFrom('key').select(['id', 'customer_id']).where('hl', '=', hl),
);

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
  const alike = await spelledAlike({ db: tx }, { hl: hashes.hl });
  if (allowSimilarTo === undefined) {
    const inside = { ...ctx, db: reading(tx) };
    if (alike.length > 0) throw await takenBy(inside, hashes, `${at}/licenseKey`);
    return;
  }
  requireAction(ctx, 'keys.allowSimilar');
  if (!alike.some(({ id, customer_id }) => id === allowSimilarTo && inScope(ctx.scope, customer_id))) {
    throw notFound('key that is spelled alike (allowSimilarTo)');
  }
}

async function takenBy(ctx: ReadCtx, { hx, hl }: Hashes, pointer: string): Promise<KeysTaken> {
  const [visible] = await keysByHash(ctx, { strict: hx, loose: hl });
  return licenseKeyTaken(visible?.id, pointer);
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
    throw await takenBy(ctx, hashesOf(ctx, text), '/licenseKey');
  }
}
