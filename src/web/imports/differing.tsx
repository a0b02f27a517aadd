import { Select } from '@mantine/core';
import { useWords } from '../words/use-words.ts';
import { onDifferents } from './about.ts';
import type { ImportAnswer } from './mapping.ts';
import type { ImportScope } from './use-import.ts';

/** What becomes of rows whose records are there and say otherwise. Asked where there are such rows. */
export function Differing({ scope, answer }: { scope: ImportScope; answer: ImportAnswer }) {
  const { t } = useWords();
  const { about, setAbout, fileKind } = scope;
  // A row with the record's own id changes it, whatever is said here.
  const isOurs = Object.values(answer.mapping ?? {}).includes('id');
  const differs = answer.outcomes.some(({ outcome }) => outcome === 'left' || (outcome === 'changed' && !isOurs));
  const isRefused = answer.errors.some(({ code }) => code === 'differs');
  if (!differs && !isRefused && about.onDifferent === '') return null;
  const usual = fileKind === 'software' ? 'refuse' : null;
  return (
    <Select
      maw={420}
      mb={12}
      label={t('imports.differing.label')}
      description={t('imports.differing.help')}
      placeholder={t('imports.differing.details')}
      data={onDifferents.map((value) => ({ value, label: t(`imports.differing.${value}`) }))}
      value={about.onDifferent || usual}
      allowDeselect={false}
      onChange={(next) => setAbout({ onDifferent: onDifferents.find((known) => known === next) ?? '' })}
    />
  );
}
