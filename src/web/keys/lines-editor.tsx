import { memo, useRef } from 'react';
import { useWords } from '../words/use-words.ts';
import classes from './add-many.module.css';

type Tones = ReadonlyMap<number, string>;
type Props = { text: string; onChange: (text: string) => void; tones: Tones; readOnly: boolean };

/** Where lines are pasted: their numbers beside, those that cannot be created marked. */
export function LinesEditor({ text, onChange, tones, readOnly }: Props) {
  const { t } = useWords();
  const numbers = useRef<HTMLDivElement>(null);
  return (
    <div className={classes.editor}>
      <div className={`${classes.numbers} mono`} ref={numbers} aria-hidden>
        <Numbers count={text.split('\n').length} tones={tones} />
      </div>
      <textarea
        className={`${classes.text} mono`}
        aria-label={t('keys.many.lines')}
        placeholder={t('keys.many.placeholder')}
        wrap="off"
        spellCheck={false}
        autoComplete="off"
        readOnly={readOnly}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        onScroll={(event) => {
          if (numbers.current) numbers.current.scrollTop = event.currentTarget.scrollTop;
        }}
      />
    </div>
  );
}

const Numbers = memo(function Numbers({ count, tones }: { count: number; tones: Tones }) {
  return Array.from({ length: count }, (_, i) => i + 1).map((line) => (
    <span key={line} data-tone={tones.get(line)}>
      {line}
    </span>
  ));
});
