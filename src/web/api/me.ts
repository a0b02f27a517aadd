import { useQuery } from '@tanstack/react-query';
import type { OutputOf } from '../../contract/endpoint.ts';
import { getMe } from '../../contract/people.ts';
import { getSettings } from '../../contract/settings.ts';
import { type Action, mayRole, ruleFor } from '../../domain/permissions.ts';
import { client } from './client.ts';
import { sessionState } from './session-state.ts';

export type Me = OutputOf<typeof getMe>;

export const meQuery = { queryKey: ['me'], queryFn: () => client.call(getMe), staleTime: 60_000 };

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
