import type { ComponentType, ReactNode } from 'react';
import type { Endpoint } from '../../contract/endpoint.ts';
import type { ListSpec } from '../../contract/list.ts';
import type { ViewList } from '../../contract/views.ts';
import type { keyStatuses } from '../../domain/key-rules.ts';
import type { LabelledField, LabelledRecord } from '../../domain/labels.ts';
import type { Words } from '../words/use-words.ts';

export type Column<Item> = {
  field: string;
  /** The label's field, where the column goes by another name than the list's field. */
  label?: LabelledField;
  show: (item: Item, words: Words) => ReactNode;
  numeric?: true;
  /** Shown until somebody chooses. */
  isUsual?: true;
  /** Gives way first where room is short: 1 before 2. */
  givesWay?: 1 | 2;
  isSortable?: false;
};

/** `runsOut` names the fields under whose groups it is worth saying that none is available. */
export type Split = { field: string; values: typeof keyStatuses; runsOut: readonly string[] };

/** What a list is made of: one value a list, one component for all. */
export type ListKind<Item, Name extends ViewList = ViewList> = {
  name: Name;
  record: LabelledRecord;
  endpoint: Endpoint;
  spec: ListSpec;
  columns: readonly Column<Item>[];
  idOf: (item: Item) => string;
  /** Where a row leads to, if anywhere. */
  to?: (item: Item) => string | undefined;
  /** The words of a row on a phone: two lines. */
  card: (item: Item, words: Words) => { title: ReactNode; below: ReactNode };
  /** The views it always has, the first of them the whole list: how they are called, and what they show. */
  views: readonly { word: string; query: string }[];
  /** Fields one may group by. */
  groups: readonly string[];
  /** By what the rows of each group divide. */
  split?: Split;
  /** The filter that names keys, where the list has one: a whole license key typed into the search becomes its value. */
  keyFilter?: string;
  /** A filter that its chip calls otherwise than by its value, such as the records it names. */
  chips?: Readonly<Record<string, { label: LabelledField; Value: ComponentType<{ value: string }> }>>;
};
