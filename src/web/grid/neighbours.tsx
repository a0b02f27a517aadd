import { ActionIcon, Group } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate } from 'react-router';
import { client } from '../api/client.ts';
import { useWords } from '../words/use-words.ts';
import { lastPlace, rememberPlaces } from './last-list.ts';
import type { ListKind } from './list-kind.ts';

type Props<Item> = { kind: ListKind<Item>; id: string };

const steps = [
  { step: 'previous', Icon: IconChevronLeft },
  { step: 'next', Icon: IconChevronRight },
] as const;

/** Which one of the list this record was opened from it is, and the ways to those beside it. */
export function Neighbours<Item>({ kind, id }: Props<Item>) {
  const { t, number, rowsCounted } = useWords();
  const navigate = useNavigate();
  const { search, state } = useLocation();
  const { place, page, beside } = useNeighbours(kind, id);
  if (place === undefined || page === undefined) return null;
  const go = (step: 'previous' | 'next'): void => {
    const item = beside[step];
    // The way back leads to the list, however many records were looked at.
    if (item) void navigate({ pathname: kind.to?.(item) ?? '', search }, { replace: true, state: { step } });
  };
  return (
    <Group gap={8} wrap="nowrap">
      <span>{t('grid.place', { at: number(place.at + 1), total: rowsCounted(page) })}</span>
      {steps.map(({ step, Icon }) => (
        <ActionIcon
          key={step}
          variant="subtle"
          c="var(--kb-ink-2)"
          disabled={beside[step] === undefined}
          // Another record is another page: whoever pages on by keyboard stays on the button.
          autoFocus={state?.step === step}
          onClick={() => go(step)}
          aria-label={t(`grid.record.${step}`)}
        >
          <Icon size={16} />
        </ActionIcon>
      ))}
    </Group>
  );
}

type Page<Item> = { items: Item[]; total: number; moreThanTotal?: boolean };

function useNeighbours<Item>(kind: ListKind<Item>, id: string) {
  const place = lastPlace(kind.name, id);
  const offset = Math.max(0, (place?.at ?? 0) - 1);
  const found = useQuery({
    queryKey: [kind.name, 'neighbours', place],
    enabled: place !== undefined,
    queryFn: async ({ signal }) => {
      const query = { ...place?.query, limit: '3', offset: String(offset) };
      // A list's answer holds items of its own kind.
      const page = (await client.call(kind.endpoint, { query, signal })) as Page<Item>;
      if (place) rememberPlaces(kind.name, place.query, offset, page.items.map(kind.idOf));
      return page;
    },
  });
  const items = found.data?.items ?? [];
  const index = items.findIndex((item) => kind.idOf(item) === id);
  // Where it has left the list meanwhile, another one has taken its place.
  const own = index === -1 ? (place?.at ?? 0) - offset : index;
  const beside = { previous: items[own - 1], next: items[index === -1 ? own : own + 1] };
  return { place, page: found.data, beside };
}
