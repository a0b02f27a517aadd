import { languageOf } from '../domain/languages.ts';
import '@mantine/core/styles.css';
import '@mantine/dates/styles.css';
import '@mantine/notifications/styles.css';
import './theme.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, useMemo } from 'react';
import { createRoot } from 'react-dom/client';
import { useTranslation } from 'react-i18next';
import { RouterProvider } from 'react-router/dom';
import { queryClient } from './api/client.ts';
import { router } from './router.tsx';
import { themeWith } from './theme.ts';
import { Toasts } from './ui/toasts.tsx';
import { tellWholeTexts } from './ui/whole-text.ts';
import { WordsProvider } from './words/use-words.ts';
import { startWords } from './words/words.ts';

/** The server writes a new one into every page: only styles that carry it are let in. */
const nonce = document.querySelector('meta[name=style-nonce]')?.getAttribute('content') ?? '';
// What keeps the page behind a dialog from scrolling writes its own style, and looks for the nonce under this name.
Object.assign(globalThis, { __webpack_nonce__: nonce });

function Application() {
  const { t, i18n } = useTranslation();
  // The words of another language are another theme: a dialog's × is called in it.
  const theme = useMemo(() => {
    return themeWith({
      language: languageOf(i18n.language),
      close: t('ui.close'),
      previousMonth: t('ui.previousMonth'),
      nextMonth: t('ui.nextMonth'),
      showPassword: t('signIn.showPassword'),
    });
  }, [t, i18n.language]);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <QueryClientProvider client={queryClient}>
        <Toasts />
        <WordsProvider>
          <RouterProvider router={router} />
        </WordsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

await startWords();
tellWholeTexts();
const root = document.getElementById('root');
if (!root) throw new Error('the page has no root');
createRoot(root).render(
  <StrictMode>
    <Application />
  </StrictMode>,
);
