import type { ReactNode } from 'react';
import { Link } from 'react-router';

/** A record named beside another, as the way to it. */
export function RecordLink({ to, children }: { to: string; children: ReactNode }) {
  return <Link to={to}>{children}</Link>;
}
