import { TextInput } from '@mantine/core';
import { useWords } from '../words/use-words.ts';

/** The typed second factor as the API takes it: six digits are a code, anything else is a recovery code. */
export function secondFactorBody(typed: string): { code?: string; recoveryCode?: string } {
  const bare = typed.replaceAll(/\s/g, '');
  if (bare === '') return {};
  return /^\d{1,6}$/.test(bare) ? { code: bare } : { recoveryCode: bare };
}

/** Where the code of the second factor is typed, or one of the recovery codes; `name` is "code". */
export function CodeField({ onlyCode = false }: { onlyCode?: boolean }) {
  const { t } = useWords();
  return (
    <TextInput
      name="code"
      label={t(onlyCode ? 'signIn.code' : 'signIn.codeOrRecovery')}
      description={t(onlyCode ? 'signIn.codeHelp' : 'signIn.codeOrRecoveryHelp')}
      autoComplete="one-time-code"
      inputMode={onlyCode ? 'numeric' : 'text'}
      spellCheck={false}
      maxLength={60}
      required
      autoFocus
      data-autofocus
    />
  );
}
