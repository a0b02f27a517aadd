import { Button } from '@mantine/core';
import type { ComponentType } from 'react';
import { Link } from 'react-router';

type Props = { to: string; Icon: ComponentType<{ size: number }>; word: string; isFirst?: true };

/** A way to another screen, as prominent as a verb; the first of them is the one most people take. */
export function LinkButton({ to, Icon, word, isFirst }: Props) {
  return (
    <Button component={Link} to={to} leftSection={<Icon size={16} />} {...(!isFirst && { variant: 'default' })}>
      {word}
    </Button>
  );
}
