import { Group, Space, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Mark, useTitle } from '../frame/crumbs.tsx';
import classes from './page-head.module.css';

type Props = {
  title: string;
  /** The last characters of what the title names, where many are called alike: ·4NPTX. */
  mark?: string | undefined;
  beside?: ReactNode;
  children?: ReactNode;
};

/** The head of a screen: what it is, and what can be done; the first button is the main one. */
export function PageHead({ title, mark, beside, children }: Props) {
  useTitle(title, mark);
  return (
    <header className={classes.head}>
      <Title order={1} className={classes.title ?? ''}>
        {title}
        <Mark mark={mark} />
      </Title>
      {beside}
      <Space flex={1} />
      <Group gap={8}>{children}</Group>
    </header>
  );
}
