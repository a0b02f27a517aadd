import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { textOf } from '../../domain/audit/sentence-parts.ts';
import { MaskedKey } from '../ui/masked-key.tsx';
import { useWords } from '../words/use-words.ts';
import { pageOf, sentenceOf } from './audit-words.ts';
import type { Entry } from './fold-entries.ts';

/** An entry as one sentence, with the key before it and the unit in it as ways to them. */
export function EntryWords({ entry, withoutKey = false }: { entry: Entry; withoutKey?: boolean }) {
  const words = useWords();
  const sentence = sentenceOf(entry, words);
  if (sentence === undefined)
    return (
      <>
        {words.t('audit.erased', {
          day: words.day(entry.erased?.at),
          entry: words.number(entry.erased?.by ?? 0),
        })}
      </>
    );
  return (
    <>
      {!withoutKey && <KeyOf entry={entry} />}
      <Linked entry={entry} sentence={sentence} />
    </>
  );
}

/** The key an entry is about; entries of other records speak for themselves. */
function KeyOf({ entry }: { entry: Entry }) {
  const { keyId, details } = entry;
  const [product, mask] = [textOf(details ?? {}, 'product'), textOf(details ?? {}, 'maskedKey')];
  const isByAccount = details?.maskedKey === '';
  if (keyId === null || product === undefined || (mask === undefined && !isByAccount)) return null;
  return (
    <>
      <Link to={`/keys/${keyId}`}>
        {product} <MaskedKey mask={mask ?? ''} short />
      </Link>
      {' · '}
    </>
  );
}

/** The name of the unit, or of the record itself, becomes the way to it. */
function Linked({ entry, sentence }: { entry: Entry; sentence: string }): ReactNode {
  const { equipmentId, details } = entry;
  const unit = textOf(details ?? {}, 'equipment');
  const own = textOf(details ?? {}, 'name');
  const page = unit !== undefined && equipmentId !== null ? `/equipment/${equipmentId}` : pageOf(entry);
  const name = unit ?? own;
  if (page === undefined || name === undefined) return sentence;
  const at = sentence.search(/["„]/) + 1;
  if (at === 0 || !sentence.startsWith(name, at)) return sentence;
  return (
    <>
      {sentence.slice(0, at)}
      <Link to={page}>{name}</Link>
      {sentence.slice(at + name.length)}
    </>
  );
}
