import { cleanText, textFault } from '../domain/fold.ts';
import { holdsKey } from './imports/plan/whole-key.ts';

/** What stays of a name that is hidden: any other ending could be the last part of a license key. */
const kinds = /\.(csv|tsv|txt|xlsx|lic|license|lcf|key|dat|bin|xml|json|ini|cfg|pem|cer|crt|p12|pfx|zip)$/i;

/**
 * The last part of the name a client gave, as a text that can be shown; `instead` of one that cannot, and of one that may
 * hold a license key, with its kind.
 */
export function shownFileName(given: string, instead: string): string {
  const whole = cleanText(given.slice(-1000).split(/[/\\]/).at(-1) ?? '');
  const name = whole.slice(-200);
  if (textFault(name, { min: 1, max: 200 })) return instead;
  const kind = kinds.exec(whole)?.[0] ?? '';
  const stem = whole.slice(0, whole.length - kind.length);
  return holdsKey(stem) ? `${instead.replace(kinds, '')}${kind}` : name;
}
