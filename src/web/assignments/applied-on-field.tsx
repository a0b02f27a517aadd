import { applyKey } from '../../contract/keys.ts';
import { useMe } from '../api/me.ts';
import { describeBody } from '../form/describe.ts';
import { useHelp } from '../form/use-help.ts';
import { DayInput } from '../ui/day-input.tsx';
import { useWords } from '../words/use-words.ts';

const describe = describeBody(applyKey);

type Props = {
  value: string | null;
  onChange: (day: string | null) => void;
  isWrong?: boolean;
  /** In a table the head of the column is the label. */
  bare?: boolean;
};

/** The day a key was applied: today or before. */
export function AppliedOnField({ value, onChange, isWrong = false, bare = false }: Props) {
  const { label } = useWords();
  const help = useHelp('assignment', describe);
  const today = useMe()?.today;
  const words = label('assignment', 'appliedOn');
  return (
    <DayInput
      bare
      {...(bare ? { 'aria-label': words } : { label: words, description: help('appliedOn') })}
      value={value}
      onChange={onChange}
      {...(today && { maxDate: today })}
      error={isWrong}
    />
  );
}
