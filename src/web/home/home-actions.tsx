import { IconDeviceLaptop, IconPlaylistAdd, IconPlus } from '@tabler/icons-react';
import { useMay } from '../api/me.ts';
import { ScanButton } from '../equipment/scan-button.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { useWords } from '../words/use-words.ts';

/** What people come for: a new key, many keys, a unit. In an empty database the first steps say the same. */
export function HomeActions({ isFresh }: { isFresh: boolean }) {
  const { t } = useWords();
  const may = useMay();
  if (isFresh) return null;
  return (
    <>
      <ScanButton />
      {may('keys.create') && (
        <>
          <LinkButton to="/keys/new" Icon={IconPlus} word={t('keys.new')} isFirst />
          <LinkButton to="/keys/add-many" Icon={IconPlaylistAdd} word={t('keys.addMany')} />
        </>
      )}
      <LinkButton to="/equipment" Icon={IconDeviceLaptop} word={t('home.findUnit')} />
    </>
  );
}
