import { lazy, useEffect, useState } from 'react';
import { onConfirmationNeeded } from '../api/client.ts';
import { Late } from '../ui/late.tsx';

const ConfirmationDialog = lazy(async () => ({
  default: (await import('./confirmation-dialog.tsx')).ConfirmationDialog,
}));

/** Asks for the password, and the code, where an action needs a session that was confirmed a short while ago. */
export function Confirmation() {
  const [waiting, setWaiting] = useState<((confirmed: boolean) => void)[]>([]);
  useEffect(() => {
    onConfirmationNeeded(() => new Promise((resolve) => setWaiting((before) => [...before, resolve])));
    return () => onConfirmationNeeded(async () => false);
  }, []);
  if (waiting.length === 0) return null;
  const answer = (confirmed: boolean): void => {
    setWaiting([]);
    for (const resolve of waiting) resolve(confirmed);
  };
  return (
    <Late>
      <ConfirmationDialog answer={answer} />
    </Late>
  );
}
