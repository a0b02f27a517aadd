import { createBrowserRouter, redirect } from 'react-router';
import { getSetup } from '../contract/people.ts';
import { client, problemOf, queryClient } from './api/client.ts';
import { meQuery } from './api/me.ts';
import { sessionState, setSessionState } from './api/session-state.ts';
import { codeAddress, enrolmentAddress, signInAddress } from './api/sign-in-address.ts';
import { Frame } from './frame/frame.tsx';
import { PartFailed } from './ui/part-failed.tsx';

/** Nobody signed in: to the first start while nobody has set Keybook up, else to what the sign-in owes, and back. */
async function requireSession({ request }: { request: Request }) {
  const { pathname, search } = new URL(request.url);
  const to = pathname + search;
  const known = sessionState();
  if (known === 'none') return leadToSignIn(to);
  if (known === 'enrolment') return redirect(enrolmentAddress(to));
  if (known === 'code') return redirect(codeAddress(to));
  try {
    return await queryClient.fetchQuery(meQuery);
  } catch (error) {
    const problem = problemOf(error);
    if (problem?.code === 'enrolment_needed') return redirect(enrolmentAddress(to));
    if (problem?.code === 'second_factor_needed') return redirect(codeAddress(to));
    if (problem?.status !== 401 && problem?.code !== 'unavailable') throw error;
    setSessionState('none');
    return leadToSignIn(to);
  }
}

async function leadToSignIn(to: string) {
  const { needed } = await client.call(getSetup);
  return redirect(needed ? '/setup' : signInAddress(to));
}

const page = (load: () => Promise<{ Component: React.ComponentType }>) => ({
  lazy: load,
  ErrorBoundary: PartFailed,
  HydrateFallback: Blank,
});

/** What stands while a screen is loaded: its frame follows at once. */
function Blank() {
  return <div />;
}

/** One line a screen. Each is loaded when it is first opened. */
export const router = createBrowserRouter([
  { path: '/sign-in', ...page(() => import('./sign-in/sign-in.tsx')) },
  { path: '/setup', ...page(() => import('./sign-in/first-start.tsx')) },
  {
    path: '/',
    Component: Frame,
    loader: requireSession,
    shouldRevalidate: () => false,
    ErrorBoundary: PartFailed,
    HydrateFallback: Blank,
    children: [
      { index: true, ...page(() => import('./home/home.tsx')) },
      { path: 'keys', ...page(() => import('./keys/key-list.tsx')) },
      { path: 'keys/new', ...page(() => import('./keys/new-key.tsx')) },
      { path: 'keys/add-many', ...page(() => import('./keys/add-many.tsx')) },
      { path: 'keys/:id', ...page(() => import('./keys/key-page.tsx')) },
      { path: 'equipment', ...page(() => import('./equipment/equipment-list.tsx')) },
      { path: 'equipment/:id', ...page(() => import('./equipment/equipment-page.tsx')) },
      { path: 'scan', ...page(() => import('./equipment/scan.tsx')) },
      { path: 'assignments', ...page(() => import('./assignments/assignment-list.tsx')) },
      { path: 'audit', ...page(() => import('./audit/audit-list.tsx')) },
      { path: 'licenses', ...page(() => import('./licenses/license-list.tsx')) },
      { path: 'licenses/:id', ...page(() => import('./licenses/license-page.tsx')) },
      { path: 'products', ...page(() => import('./products/product-list.tsx')) },
      { path: 'products/:id', ...page(() => import('./products/product-page.tsx')) },
      { path: 'customers', ...page(() => import('./customers/customer-list.tsx')) },
      { path: 'customers/:id', ...page(() => import('./customers/customer-page.tsx')) },
      { path: 'import', ...page(() => import('./imports/import-page.tsx')) },
      { path: 'reports', ...page(() => import('./reports/reports.tsx')) },
      { path: 'settings', ...page(() => import('./settings/settings.tsx')) },
      { path: 'settings/users/:id', ...page(() => import('./settings/user-address.tsx')) },
      { path: '*', ...page(() => import('./frame/not-found.tsx')) },
    ],
  },
]);
