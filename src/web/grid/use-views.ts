import { useQuery } from '@tanstack/react-query';
import type { OutputOf } from '../../contract/endpoint.ts';
import { createView, deleteView, listViews, updateView, type ViewList } from '../../contract/views.ts';
import { foldText } from '../../domain/fold.ts';
import { client, queryClient } from '../api/client.ts';
import { useVerb } from '../verb/use-verb.ts';
import { useWords } from '../words/use-words.ts';

export type View = OutputOf<typeof createView>;

/** The views of a list that are kept on the server: one's own, and those of colleagues. */
export function useViews(list: ViewList) {
  const { t } = useWords();
  const saved =
    useQuery({
      queryKey: ['views', list],
      queryFn: ({ signal }) => client.call(listViews, { query: { list }, signal }),
    }).data?.items ?? [];
  /** Also after a refusal: what is shown may be what was refused for. */
  const reading = async <Answer>(sent: Promise<Answer>): Promise<Answer> => {
    try {
      return await sent;
    } finally {
      void queryClient.invalidateQueries({ queryKey: ['views', list] });
    }
  };
  const refusals = { title: t('grid.views.notSaved') };
  /** A view of one's own with that name is written over. */
  const keep = useVerb(
    (send, body: Pick<View, 'name' | 'query' | 'shared'>) => {
      const same = saved.find(({ mine, name }) => mine && foldText(name) === foldText(body.name));
      if (!same) return reading(send(createView, { body: { list, ...body } }));
      return reading(send(updateView, { params: { id: same.id }, body, ifMatch: same.version }));
    },
    { refusals },
  );
  const share = useVerb(
    (send, { id, shared }: View) =>
      reading(send(updateView, { params: { id }, body: { shared: !shared }, ifMatch: '*' })),
    {
      refusals,
      said: ({ name, shared }) => ({ title: t(shared ? 'grid.views.nowShared' : 'grid.views.nowMine', { name }) }),
    },
  );
  const remove = useVerb(
    (send, { id, version }: View) => reading(send(deleteView, { params: { id }, ifMatch: version })),
    {
      refusals,
      said: (_, { name, query, shared, mine }) => ({
        title: t('grid.views.removed', { name }),
        // Somebody else's is theirs to make again.
        ...(mine && { action: { word: t('undo.undo'), run: () => void keep.run({ name, query, shared }) } }),
      }),
    },
  );
  return { saved, keep, share, remove };
}

/** The parameters of an address that make a view: in one order, without page and size. */
export function viewQuery(search: string): string {
  const params = new URLSearchParams(search);
  for (const name of ['page', 'size']) params.delete(name);
  params.sort();
  return params.toString();
}
