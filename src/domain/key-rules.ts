import { addPeriod, type Day, FAR_END } from './day.ts';
import type { FieldError, ProblemCode } from './errors.ts';

export const keyTypes = ['permanent', 'subscription', 'trial', 'timeLimited'] as const;
export type KeyType = (typeof keyTypes)[number];

export const keyStatuses = ['available', 'applied', 'expired', 'revoked'] as const;
export type KeyStatus = (typeof keyStatuses)[number];

type Validity = { validityStart: Day | null; validityEnd: Day | null };

/** The facts a key's status follows from. `validityEnd` is the last valid day; null is never. */
export type KeyFacts = {
  revoked: boolean;
  validityStart: Day | null;
  validityEnd: Day | null;
  seats: number;
  seatsTaken: number;
};

/** Every fault of a key's validity for its type; none means it can be saved. */
export function judgeValidity(key: { keyType: KeyType } & Validity): FieldError[] {
  const { keyType, validityStart, validityEnd } = key;
  const errors: FieldError[] = [];
  const refuse = (field: keyof Validity, code: string, detail: string) =>
    errors.push({ pointer: `/${field}`, code, detail });
  if (keyType === 'permanent') {
    if (validityStart !== null)
      refuse('validityStart', 'not_allowed', 'Leave the start out: a permanent key has none.');
    if (validityEnd !== null) refuse('validityEnd', 'not_allowed', 'Leave the end out: a permanent key has none.');
    return errors;
  }
  if (keyType === 'timeLimited' && validityStart === null) {
    refuse('validityStart', 'required', 'Give the first valid day: a time-limited key needs one.');
  }
  if (validityEnd === null) {
    refuse('validityEnd', 'required', 'Give the last valid day, or make the key permanent.');
  } else if (validityEnd >= FAR_END) {
    refuse('validityEnd', 'too_late', `Give a day before ${FAR_END}, or make the key permanent.`);
  } else if (validityStart !== null && validityEnd < validityStart) {
    refuse('validityEnd', 'before_start', `Give a last valid day on or after the first, ${validityStart}.`);
  }
  return errors;
}

/** What the form fills in for a type: start on the purchase date or today; a year for a subscription, 30 days for a trial. */
export function proposeValidity(keyType: KeyType, dates: { purchaseDate?: Day | null; today: Day }): Validity {
  if (keyType === 'permanent') return { validityStart: null, validityEnd: null };
  const validityStart = dates.purchaseDate ?? dates.today;
  // A proposal is never refused: where the calendar has no room for the period, the end stays open.
  if (keyType === 'timeLimited' || validityStart >= '9998') return { validityStart, validityEnd: null };
  return { validityStart, validityEnd: addPeriod(validityStart, keyType === 'subscription' ? 'P1Y' : 'P30D') };
}

/** The status on a day: revoked before expired before applied before available. The end is the last valid day. */
export function keyStatus(facts: KeyFacts, today: Day): KeyStatus {
  if (facts.revoked) return 'revoked';
  if (facts.validityEnd !== null && facts.validityEnd < today) return 'expired';
  return facts.seatsTaken >= facts.seats ? 'applied' : 'available';
}

/** True while the first valid day lies ahead, whatever the status. */
export function isNotYetValid(facts: Pick<KeyFacts, 'validityStart'>, today: Day): boolean {
  return facts.validityStart !== null && facts.validityStart > today;
}

/** True when at least one seat is taken. */
export function isInUse(facts: Pick<KeyFacts, 'seatsTaken'>): boolean {
  return facts.seatsTaken > 0;
}

/** Why a key cannot be applied on a day, or undefined when it can. */
export function applyRefusal(facts: KeyFacts, today: Day): ProblemCode | undefined {
  const status = keyStatus(facts, today);
  if (status === 'revoked') return 'key_revoked';
  if (status === 'expired') return 'key_expired';
  if (isNotYetValid(facts, today)) return 'key_not_yet_valid';
  return status === 'applied' ? 'seat_taken' : undefined;
}
