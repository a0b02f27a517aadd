import { NativeSelect } from '@mantine/core';
import { IconStack2 } from '@tabler/icons-react';
import { useWords } from '../words/use-words.ts';
import { fieldLabel } from './field-words.ts';
import classes from './grid.module.css';
import type { ListAddress } from './list-address.ts';
import type { ListKind } from './list-kind.ts';
import { useAttributes } from './use-attributes.ts';

/** By which field the rows stand together, if by any: a chip like those of the filters. */
export function GroupChoice<Item>({ kind, address }: { kind: ListKind<Item>; address: ListAddress }) {
  const words = useWords();
  const attributes = useAttributes(kind.spec.attributes);
  const data = [...kind.groups, ...attributes.map(({ name }) => `attributes.${name}`)].map((field) => ({
    value: field,
    label: fieldLabel(kind, field, words, attributes),
  }));
  return (
    <NativeSelect
      className={classes.groupBy ?? ''}
      leftSection={<IconStack2 size={16} stroke={1.75} />}
      aria-label={words.t('grid.groupBy')}
      data={[{ value: '', label: words.t('grid.groupBy') }, ...data]}
      value={address.groupBy ?? ''}
      onChange={({ currentTarget }) => address.set({ groupBy: currentTarget.value || undefined })}
    />
  );
}
