import { useQuery } from '@tanstack/react-query';
import type { OutputOf } from '../../contract/endpoint.ts';
import { getMe } from '../../contract/people.ts';
import { getSettings } from '../../contract/settings.ts';
import { type Action, mayRole, ruleFor } from '../../domain/permissions.ts';
import { client } from './client.ts';
import { sessionState } from './session-state.ts';
import { claimTab } from './tab-owner.ts';

export type Me = OutputOf<typeof getMe>;

/** Every screen waits for this one: what another person left in this tab is gone before a form looks for it. */
export const meQuery = { queryKey: ['me'], queryFn: readMe, staleTime: 60_000 };

async function readMe(): Promise<Me> {
  const me = await client.call(getMe);
  claimTab(me.id);
  return me;
}

/** Who is signed in; undefined until that is known. */
export function useMe(): Me | undefined {
  const owed = ['none', 'code', 'enrolment'].includes(sessionState());
  return useQuery({ ...meQuery, retry: false, enabled: !owed }).data;
}

export const settingsQuery = { queryKey: ['settings'], queryFn: () => client.call(getSettings), staleTime: 60_000 };

/** Whether my role, my customers and what the organisation decided allow an action, by the table the server asks. */
export function useMay(): (action: Action) => boolean {
  const me = useMe();
  const settings = useQuery({ ...settingsQuery, enabled: me?.role === 'technician' }).data;
  return (action) =>
    me !== undefined && mayRole(me.role, action, settings) && (me.customerIds === null || !ruleFor(action).wide);
}
