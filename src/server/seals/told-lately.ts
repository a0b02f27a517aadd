import type { App } from '../context.ts';
import type { Tampering } from './seal.ts';

const everyMs = 60_000;
/** More rows than this in one minute are one attack, which their first thousand tell of. */
const mostRows = 1000;

/** When each row was last told of, by the application. In memory: in the database, whoever tampers could still it. */
const told = new WeakMap<App['vault'], Map<string, number>>();

/** Whether nothing was told of this row within the last minute; from now on it was. */
export function isNews({ vault, clock }: App, { table, id }: Tampering): boolean {
  const rows = told.get(vault) ?? new Map<string, number>();
  told.set(vault, rows);
  const now = clock().getTime();
  for (const [name, at] of rows) if (Math.abs(now - at) >= everyMs) rows.delete(name);
  const name = `${table}:${id}`;
  if (rows.has(name) || rows.size >= mostRows) return false;
  rows.set(name, now);
  return true;
}
