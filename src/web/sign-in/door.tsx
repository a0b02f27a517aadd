import { Group, SegmentedControl } from '@mantine/core';
import type { ReactNode } from 'react';
import { languageName, languageOf, languages } from '../../domain/languages.ts';
import { Overlays } from '../frame/overlays.tsx';
import { useWords } from '../words/use-words.ts';
import { changeLanguage } from '../words/words.ts';
import classes from './door.module.css';

/** What stands around the screens in front of the application. */
export function Door({ children }: { children: ReactNode }) {
  const { language, t } = useWords();
  return (
    <main className={classes.door}>
      <Group gap={12} fz={20} fw={650}>
        <img src="/icon.svg" alt="" width={32} height={32} />
        Keybook
      </Group>
      <div className={classes.card}>{children}</div>
      <SegmentedControl
        size="xs"
        aria-label={t('account.language')}
        value={language}
        onChange={(chosen) => void changeLanguage(languageOf(chosen))}
        data={languages.toReversed().map((value) => ({ value, label: languageName(value) }))}
      />
      <Overlays />
    </main>
  );
}
