import { foldText } from '../../domain/fold.ts';

/** A text with what was searched for marked in it, in any case. */
export function Marked({ text, hit }: { text: string; hit: string }) {
  const wanted = foldText(hit);
  // Folding may change the length of a text; then nothing is marked.
  const folded = text.toLowerCase();
  const at = wanted.length > 1 ? folded.indexOf(wanted) : -1;
  if (at < 0) return <>{text}</>;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + wanted.length)}</mark>
      {text.slice(at + wanted.length)}
    </>
  );
}
