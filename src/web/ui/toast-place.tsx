import { Notifications } from '@mantine/notifications';

/** In a file of its own, so that it need not be there before the first toast. */
export function ToastPlace() {
  return <Notifications position="bottom-right" withinPortal={false} />;
}
