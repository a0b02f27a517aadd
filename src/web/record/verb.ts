import type { Icon } from '@tabler/icons-react';

/** Something that can be done with a record. Data, so that one place decides what has room and what goes into the menu. */
export type Verb = {
  word: string;
  Icon: Icon;
  /** Why it cannot be done now; it keeps its place and says so. */
  why?: string | undefined;
  run: () => void;
  busy?: boolean;
  /** The step that the record's state asks for. */
  isNext?: boolean;
  /** Always in the menu. */
  isRare?: boolean;
  /** What it does cannot be undone. */
  isDanger?: boolean;
};
