import { Group, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTitle } from '../frame/crumbs.tsx';
import classes from './page-head.module.css';

/** The head of a screen: what it is, and what can be done; the first button is the main one. */
export function PageHead({ title, children, beside }: { title: string; children?: ReactNode; beside?: ReactNode }) {
  useTitle(title);
  return (
    <header className={classes.head}>
      <Title order={1} className={classes.title ?? ''}>
        {title}
      </Title>
      {beside}
      <span className={classes.grow} />
      <Group gap={8}>{children}</Group>
    </header>
  );
}
