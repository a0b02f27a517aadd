import { useMutation, useQuery } from '@tanstack/react-query';
import type { OutputOf } from '../../contract/endpoint.ts';
import { createView, deleteView, listViews, updateView, type ViewList } from '../../contract/views.ts';
import { foldText } from '../../domain/fold.ts';
import { client, newIntent, queryClient } from '../api/client.ts';
import { refusalWords } from '../ui/refusal-words.ts';
import { toast } from '../ui/toast.tsx';
import { useWords } from '../words/use-words.ts';

export type View = OutputOf<typeof createView>;

/** The views of a list that are kept on the server: one's own, and those of colleagues. */
export function useViews(list: ViewList) {
  const words = useWords();
  const { t } = words;
  const saved =
    useQuery({
      queryKey: ['views', list],
      queryFn: ({ signal }) => client.call(listViews, { query: { list }, signal }),
    }).data?.items ?? [];
  const common = {
    onSettled: () => void queryClient.invalidateQueries({ queryKey: ['views', list] }),
    onError: (error: unknown) =>
      toast({ title: t('grid.views.notSaved'), body: refusalWords(error, words), refused: true }),
  };
  /** A view of one's own with that name is written over. */
  const keep = useMutation({
    ...common,
    mutationFn: ({ intent, ...body }: Pick<View, 'name' | 'query' | 'shared'> & { intent: string }) => {
      const same = saved.find(({ mine, name }) => mine && foldText(name) === foldText(body.name));
      if (!same) return client.call(createView, { body: { list, ...body }, idempotencyKey: intent });
      return client.call(updateView, { params: { id: same.id }, body, ifMatch: same.version });
    },
  });
  const share = useMutation({
    ...common,
    mutationFn: ({ id, version, shared }: View) =>
      client.call(updateView, { params: { id }, body: { shared: !shared }, ifMatch: version }),
    onSuccess: ({ name, shared }) =>
      toast({ title: t(shared ? 'grid.views.nowShared' : 'grid.views.nowMine', { name }) }),
  });
  const remove = useMutation({
    ...common,
    mutationFn: ({ id, version }: View) => client.call(deleteView, { params: { id }, ifMatch: version }),
    onSuccess: (_, { name, query, shared, mine }) =>
      toast({
        title: t('grid.views.removed', { name }),
        // Somebody else's is theirs to make again.
        ...(mine && {
          action: { word: t('undo.undo'), run: () => keep.mutate({ name, query, shared, intent: newIntent() }) },
        }),
      }),
  });
  return { saved, keep, share, remove };
}

/** The parameters of an address that make a view: in one order, without page and size. */
export function viewQuery(search: string): string {
  const params = new URLSearchParams(search);
  for (const name of ['page', 'size']) params.delete(name);
  params.sort();
  return params.toString();
}
