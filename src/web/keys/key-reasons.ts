import { applyRefusal, isInUse } from '../../domain/key-rules.ts';
import type { Action } from '../../domain/permissions.ts';
import { renewalRefusal } from '../../domain/renewal.ts';
import { useMay, useMe } from '../api/me.ts';
import { useWords } from '../words/use-words.ts';
import { holdersOf } from './holders.ts';
import type { Key } from './key-kind.tsx';
import { factsOf } from './key-values.ts';

export const keyVerbs = ['apply', 'renew', 'replace', 'duplicate', 'revoke', 'reinstate', 'delete'] as const;
export type KeyVerb = (typeof keyVerbs)[number];

const permissions: Record<KeyVerb, Action> = {
  apply: 'assignments.apply',
  renew: 'keys.renew',
  replace: 'keys.replace',
  duplicate: 'keys.create',
  revoke: 'keys.revoke',
  reinstate: 'keys.reinstate',
  delete: 'keys.delete',
};

/** Why each verb of a key cannot be done now, by its facts or my role; what has no reason can be done. */
export function useKeyReasons(item: Key): Partial<Record<KeyVerb, string>> {
  const words = useWords();
  const may = useMay();
  const today = useMe()?.today ?? '';
  const { t, day } = words;
  const facts = factsOf(item);
  const holders = holdersOf(item, words);
  const { seats, seatsTaken: taken } = item;
  const say = (code: string | undefined): string | undefined =>
    code &&
    t(`keys.why.${code}`, {
      holders,
      taken,
      seats,
      start: day(item.validityStart),
      end: day(item.validityEnd),
    });
  const byFacts: Record<KeyVerb, string | undefined> = {
    apply: say(applyRefusal(facts, today)),
    renew: say(renewalRefusal(facts)),
    replace: say(facts.revoked ? 'key_revoked' : undefined),
    duplicate: undefined,
    revoke: say(facts.revoked ? 'already_revoked' : undefined),
    reinstate: say(facts.revoked ? undefined : 'not_revoked'),
    delete: say(isInUse(facts) ? 'assigned' : undefined),
  };
  const own = item.elsewhere ? t('keys.why.elsewhere') : undefined;
  const reasons = keyVerbs.map(
    (verb) => [verb, may(permissions[verb]) ? (own ?? byFacts[verb]) : t('keys.why.role')] as const,
  );
  return Object.fromEntries(reasons.filter(([, why]) => why !== undefined));
}
