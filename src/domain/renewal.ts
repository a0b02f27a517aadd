import { addPeriod, type Day, FAR_END, isPeriod } from './day.ts';
import type { FieldError, ProblemCode } from './errors.ts';
import type { KeyFacts } from './key-rules.ts';

/** What a renewal asks for: a new last valid day, or a period from the present one. */
export type RenewalRequest = { validityEnd?: Day | undefined; extendBy?: string | undefined };

/** The faults of a renewal, whatever key it is for: exactly one of the two is given, and is in form. */
export function judgeRenewal({ validityEnd, extendBy }: RenewalRequest): FieldError[] {
  if (validityEnd !== undefined && extendBy !== undefined)
    return [{ pointer: '/extendBy', code: 'not_allowed', detail: 'Give validityEnd or extendBy, not both.' }];
  if (extendBy !== undefined)
    return isPeriod(extendBy)
      ? []
      : [{ pointer: '/extendBy', code: 'period', detail: 'Give a period such as P1Y, P18M, P2W or P30D.' }];
  if (validityEnd === undefined)
    return [{ pointer: '/validityEnd', code: 'required', detail: 'Give the new last valid day, or extendBy.' }];
  if (validityEnd < FAR_END) return [];
  return [{ pointer: '/validityEnd', code: 'too_late', detail: `Give a day before ${FAR_END}.` }];
}

/** The last valid day after a renewal of a key that ends on `end`. Refuses a period that the calendar has no room for. */
export function renewedEnd(end: Day, { validityEnd, extendBy }: RenewalRequest): Day {
  return validityEnd ?? addPeriod(end, extendBy ?? '');
}

/** Why a key cannot be renewed, to `newEnd` where that is known already; undefined when it can. An expired key can. */
export function renewalRefusal(
  { revoked, validityEnd }: Pick<KeyFacts, 'revoked' | 'validityEnd'>,
  newEnd?: Day,
): ProblemCode | undefined {
  if (revoked) return 'key_revoked';
  if (validityEnd === null) return 'key_permanent';
  return newEnd !== undefined && newEnd <= validityEnd ? 'renewal_not_later' : undefined;
}
