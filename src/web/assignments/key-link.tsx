import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Assignment } from './write-assignments.ts';

/** Whether the key of a line has a page for the reader: past lines stay where the key has become another customer's. */
export function hasPage({ product }: Assignment['key']): boolean {
  return product.id !== null;
}

/** The key of a line, as the way to it where there is one. */
export function KeyLink({ to, children }: { to: Assignment['key']; children: ReactNode }) {
  return hasPage(to) ? <Link to={`/keys/${to.id}`}>{children}</Link> : <span>{children}</span>;
}
