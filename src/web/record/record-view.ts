import type { ReactNode } from 'react';
import type { FormScope } from '../form/form-context.ts';
import type { Stale } from '../form/form-page.tsx';
import type { ListKind } from '../grid/list-kind.ts';
import type { Tab } from '../ui/record-tabs.tsx';
import type { Fact } from './fact.ts';
import type { Verb } from './verb.ts';

/** What the page of a record is made of. */
export type RecordView<Item> = {
  /** The list it stands in. */
  kind: ListKind<Item>;
  id: string;
  title: string;
  /** The last characters of what the title names, as `PageHead` has them. */
  mark?: string;
  /** Beside the title: its type, a badge. */
  beside?: ReactNode;
  /** Where it stands, at the top right. */
  status?: ReactNode;
  /** What has to be said before all else. */
  notice?: ReactNode;
  /** Its form; `children` are the fields. */
  scope: FormScope;
  stale: Stale | undefined;
  children: ReactNode;
  /** Why it is read-only. */
  whyNotEdited: string | undefined;
  verbs: readonly Verb[];
  /** The first and widest part of the strip. */
  lead?: ReactNode;
  /** Everything there is to read, in the order of all fields. */
  facts: readonly Fact[];
  /** Which entries of the log are about it, as the log's filters. */
  log: Record<string, string>;
  /** Where it is used, before its part of the log; and what comes after that. */
  tabs: readonly [Tab, ...Tab[]];
  laterTabs?: readonly Tab[];
};
