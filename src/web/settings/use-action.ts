import { useMutation } from '@tanstack/react-query';
import { queryClient } from '../api/client.ts';
import { refusalWords } from '../ui/refusal-words.ts';
import { toast } from '../ui/toast.tsx';
import { useWords } from '../words/use-words.ts';

/** Something a click does: afterwards everything is read anew and `said` is said; a refusal is shown in its words. */
export function useAction<Given = void>(run: (given: Given) => Promise<unknown>, said: string, after?: () => void) {
  const words = useWords();
  return useMutation({
    mutationFn: run,
    onSuccess: () => {
      void queryClient.invalidateQueries();
      toast({ title: said });
      after?.();
    },
    onError: (error) => toast({ title: refusalWords(error, words), refused: true }),
  });
}
