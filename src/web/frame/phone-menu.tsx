import { Drawer } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Navigation } from './navigation.tsx';

/** The navigation where there is no room beside the screen. Loaded when it is first opened. */
export function PhoneMenu({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened
      onClose={onClose}
      size={240}
      withCloseButton={false}
      padding={0}
      attributes={{ content: { 'aria-label': t('nav.label') } }}
    >
      <Navigation onChosen={onClose} />
    </Drawer>
  );
}
