import { invalid } from '../../domain/errors.ts';
import { isWeakPassword } from '../../domain/weak-password.ts';
import { isListedPassword } from './common-passwords.ts';

/** Refuses a password that is guessed first: `own` are the names of the person and the organisation. */
export function requireGoodPassword(password: string, own: readonly string[]): void {
  if (!isWeakPassword(password, own, isListedPassword)) return;
  throw invalid({
    pointer: '/password',
    code: 'weak',
    detail:
      'This password is one of the first that are guessed: common words, names or runs. Take several words that do not belong together.',
  });
}
