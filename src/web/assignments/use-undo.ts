import { useNavigate } from 'react-router';
import { problemOf } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import { shortMaskOf } from '../ui/masked-key.tsx';
import { refusalWords } from '../ui/refusal-words.ts';
import { toast } from '../ui/toast.tsx';
import { useVerb } from '../verb/use-verb.ts';
import { useWords } from '../words/use-words.ts';
import { type Assignment, afterAssignments, type Back, CannotComeBack, takeBack } from './write-assignments.ts';

const undoFor = 10_000;

type Done = {
  /** What was done, in words. */
  title: string;
  body?: string | undefined;
  /** The lines as they were before. */
  lines: readonly Assignment[];
  /** For a move: the lines on the other unit. */
  moved?: readonly Assignment[];
};

/** Says that lines were removed, and for ten seconds offers to take that back. */
export function useUndo(): (done: Done) => void {
  const words = useWords();
  const { t } = words;
  const me = useMe();
  const navigate = useNavigate();
  // Once at a time: pressed twice, each line comes back once.
  const undo = useVerb(async (send, backs: Back[]) => {
    if (!me) return;
    const failed: { back: Back; error: unknown }[] = [];
    for (const back of backs) {
      try {
        await takeBack(back, me, send);
      } catch (error) {
        failed.push({ back, error });
      }
    }
    await afterAssignments();
    const count = backs.length - failed.length;
    if (count > 0) toast({ title: t('undo.done', { count }) });
    for (const { back, error } of failed.slice(0, mostTold)) {
      const to = problemOf(error)?.holder?.equipmentId;
      const { maskedKey, product } = back.line.key;
      toast({
        title: t('undo.failed', { key: `${product.name} ${shortMaskOf(maskedKey, words)}` }),
        body: error instanceof CannotComeBack ? t('undo.staysMoved') : refusalWords(error, words),
        refused: true,
        ...(to && { action: { word: t('undo.openHolder'), run: () => void navigate(`/equipment/${to}`) } }),
      });
    }
  });
  return ({ title, body, lines, moved }) => {
    const backs = lines.map((line) => ({ line, moved: moved?.find(({ key }) => key.id === line.key.id) }));
    toast({ title, body, stays: undoFor, action: { word: t('undo.undo'), run: () => void undo.run(backs) } });
  };
}

const mostTold = 3;
