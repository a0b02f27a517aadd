import { Figures } from '../ui/figures.tsx';
import { useWords } from '../words/use-words.ts';
import type { License } from './license-kind.tsx';

/** Bought, keyed, taken, free: what a license is worth today (E6). */
export function LicenseFigures({ license: { id, quantity, keyed, taken, free, unusedSince } }: { license: License }) {
  const { t, label, number, day } = useWords();
  const keys = `/keys?licenseId=${id}`;
  return (
    <Figures
      figures={[
        { name: t('licenses.bought'), number: number(quantity) },
        { name: label('license', 'keyed'), number: number(keyed), to: `${keys}&status=available,applied,expired` },
        { name: label('license', 'taken'), number: number(taken), to: `${keys}&inUse=true` },
        {
          name: label('license', 'free'),
          number: number(free),
          isWrong: free < 0,
          beside:
            free < 0
              ? t('licenses.over', { count: -free })
              : unusedSince !== null && free > 0
                ? t('licenses.unusedSince', { day: day(unusedSince) })
                : undefined,
        },
      ]}
    />
  );
}
