import { ActionIcon, Box, Button, Menu, SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { useDisclosure, useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { IconLogout, IconMenu2, IconMoon, IconSun, IconUserCog } from '@tabler/icons-react';
import { lazy } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useNavigation } from 'react-router';
import { closeSession } from '../../contract/people.ts';
import { languageAfter, languageName, languageOf, languages } from '../../domain/languages.ts';
import { useMe } from '../api/me.ts';
import { Confirmation } from '../sign-in/confirmation.tsx';
import { useLeaving } from '../sign-in/use-leaving.ts';
import { Coming, Late } from '../ui/late.tsx';
import { Initials } from '../ui/person.tsx';
import { phone } from '../ui/phone.ts';
import { changeLanguage, currentLanguage } from '../words/words.ts';
import { Crumbs } from './crumbs.tsx';
import classes from './frame.module.css';
import { Navigation } from './navigation.tsx';
import { Overlays } from './overlays.tsx';
import { SearchEverything } from './search-everything.tsx';

const PhoneMenu = lazy(async () => ({ default: (await import('./phone-menu.tsx')).PhoneMenu }));

/** What stands around every screen: navigation, where I am, search, language, light or dark, my account. */
export function Frame() {
  const { t } = useTranslation();
  const [menu, { open, close }] = useDisclosure(false);
  const isLeaving = useNavigation().state === 'loading';
  const [isFolded, setFolded] = useLocalStorage({
    key: 'keybook.navFolded',
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  return (
    <div className={classes.frame} data-folded={isFolded || undefined}>
      {isLeaving && <Coming />}
      <aside className={classes.side}>
        <Navigation fold={{ isFolded, toggle: () => setFolded(!isFolded) }} />
      </aside>
      <Late>{menu && <PhoneMenu onClose={close} />}</Late>
      <div className={classes.main}>
        <header className={classes.top}>
          <ActionIcon hiddenFrom="sm" variant="subtle" c="var(--kb-ink-1)" onClick={open} aria-label={t('nav.label')}>
            <IconMenu2 size={20} />
          </ActionIcon>
          <Crumbs />
          <SearchEverything />
          <LanguageChoice />
          <SchemeChoice />
          <Account />
        </header>
        <main>
          <Outlet />
          <Overlays />
        </main>
        <Confirmation />
      </div>
    </div>
  );
}

const languageChoices = languages.toReversed().map((value) => ({ value, label: languageName(value) }));

function LanguageChoice() {
  const { t } = useTranslation();
  return (
    <SegmentedControl
      visibleFrom="sm"
      size="xs"
      aria-label={t('account.language')}
      value={currentLanguage()}
      onChange={(language) => void changeLanguage(languageOf(language))}
      data={languageChoices}
    />
  );
}

function SchemeChoice() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const dark = colorScheme === 'dark' || (colorScheme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  const Icon = dark ? IconSun : IconMoon;
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      c="var(--kb-ink-2)"
      aria-label={t(dark ? 'account.light' : 'account.dark')}
      onClick={() => setColorScheme(dark ? 'light' : 'dark')}
    >
      <Icon size={16} stroke={1.75} />
    </ActionIcon>
  );
}

function Account() {
  const { t } = useTranslation();
  const me = useMe();
  const leaving = useLeaving(closeSession);
  const language = languageAfter(currentLanguage());
  // An item that is there and hidden would take the focus of the keyboard, and Escape with it.
  const isNarrow = useMediaQuery(phone, undefined, { getInitialValueInEffect: false });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="subtle"
          px={6}
          c="var(--kb-ink-1)"
          aria-label={`${me?.name ?? ''}: ${t('account.label')}`}
          leftSection={<Initials name={me?.name ?? ''} />}
        >
          <Box component="span" visibleFrom="sm">
            {me?.name}
          </Box>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me?.email ?? me?.name}</Menu.Label>
        {isNarrow && <Menu.Item onClick={() => void changeLanguage(language)}>{languageName(language)}</Menu.Item>}
        <Menu.Item component={Link} to="/settings?tab=account" leftSection={<IconUserCog size={16} />}>
          {t('account.label')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leaving.run()}>
          {t('account.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
