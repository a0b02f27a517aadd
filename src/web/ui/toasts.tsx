import { notificationsStore } from '@mantine/notifications';
import { lazy, Suspense, useEffect, useState } from 'react';

const ToastPlace = lazy(async () => ({ default: (await import('./toast-place.tsx')).ToastPlace }));

/** Where toasts stand. Loaded with the first one. */
export function Toasts() {
  const [isAsked, setAsked] = useState(false);
  useEffect(() => notificationsStore.subscribe(() => setAsked(true)), []);
  if (!isAsked) return null;
  return (
    <Suspense fallback={null}>
      <ToastPlace />
    </Suspense>
  );
}
