import { Button, Group } from '@mantine/core';
import { type NotificationData, notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import i18next from 'i18next';
import { phone } from './phone.ts';
import classes from './toast.module.css';

export type Toast = {
  title: string;
  body?: string | undefined;
  /** One next step. */
  action?: { word: string; run: () => void } | undefined;
  /** A refusal stays until it is closed. */
  refused?: boolean;
  /** How long it stays, in milliseconds. */
  stays?: number;
};

const usually = 6000;
const isNarrow = (): boolean => matchMedia(phone).matches;

/** Says what happened, and offers one next step. */
export function toast({ title, body, action, refused = false, stays = usually }: Toast): void {
  const run = (): void => {
    notifications.hide(id);
    action?.run();
  };
  const Icon = refused ? IconAlertTriangle : IconCircleCheck;
  const shown: NotificationData = {
    role: refused ? 'alert' : 'status',
    // On a phone the buttons stand below.
    position: isNarrow() ? 'top-center' : 'bottom-right',
    autoClose: refused ? false : stays,
    icon: <Icon size={20} stroke={1.75} />,
    title,
    closeButtonProps: { 'aria-label': i18next.t('undo.close') },
    message: (body !== undefined || action) && (
      <Group gap={12} align="flex-end" justify="space-between" wrap="nowrap">
        <span>{body}</span>
        {action && (
          <Button size="compact-sm" variant="light" onClick={run}>
            {action.word}
          </Button>
        )}
      </Group>
    ),
    classNames: {
      root: classes.toast ?? '',
      icon: (refused ? classes.refused : classes.done) ?? '',
      title: classes.title ?? '',
      description: classes.body ?? '',
    },
  };
  const id = notifications.show(shown);
}
