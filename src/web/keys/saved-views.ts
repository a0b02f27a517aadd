import { useSyncExternalStore } from 'react';

/** A list as somebody wants it again: its address without the page. License keys are in no address, so in no view. */
export type View = { name: string; query: string };

const stored = 'keybook.views.keys';
const told = new Set<() => void>();
let read: { text: string | null; views: readonly View[] } = { text: null, views: [] };

function views(): readonly View[] {
  const text = localStorage.getItem(stored);
  if (text !== read.text) read = { text, views: parsed(text) };
  return read.views;
}

function parsed(text: string | null): View[] {
  try {
    const found: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(found) ? found.filter(isView) : [];
  } catch {
    return [];
  }
}

function isView(value: unknown): value is View {
  if (typeof value !== 'object' || value === null) return false;
  return 'name' in value && 'query' in value && typeof value.name === 'string' && typeof value.query === 'string';
}

function write(after: readonly View[]): void {
  localStorage.setItem(stored, JSON.stringify(after));
  for (const tell of told) tell();
}

/** The views kept in this browser. A name that is there already is written over. */
export function useSavedViews() {
  const saved = useSyncExternalStore((tell) => {
    told.add(tell);
    return () => told.delete(tell);
  }, views);
  return {
    saved,
    save: (view: View) => write([...saved.filter(({ name }) => name !== view.name), view]),
    remove: (name: string) => write(saved.filter((view) => view.name !== name)),
  };
}

/** The parameters of an address that make a view: in one order, without page and size. */
export function viewQuery(search: string): string {
  const params = new URLSearchParams(search);
  for (const name of ['page', 'size']) params.delete(name);
  params.sort();
  return params.toString();
}
