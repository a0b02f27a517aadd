import { notificationsStore } from '@mantine/notifications';
import { lazy, useEffect, useState } from 'react';
import { Late } from './late.tsx';

const ToastPlace = lazy(async () => ({ default: (await import('./toast-place.tsx')).ToastPlace }));

/** Where toasts stand. Loaded with the first one. */
export function Toasts() {
  const [isAsked, setAsked] = useState(false);
  useEffect(() => notificationsStore.subscribe(() => setAsked(true)), []);
  if (!isAsked) return null;
  return (
    <Late>
      <ToastPlace />
    </Late>
  );
}
