import {
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type MantineTheme,
  type VariantColorsResolver,
} from '@mantine/core';
import type { Language } from '../domain/languages.ts';

const accent: MantineColorsTuple = [
  '#EBF5F4',
  '#E1F0EF',
  '#C3E1E0',
  '#9CCDCB',
  '#5CC4C0',
  '#2E8F8E',
  '#0E6468',
  '#0A5155',
  '#084246',
  '#06292B',
];

/** Where dialogs, menus and calendars are put: every screen's `main` has this place. */
export const overlaysId = 'overlays';

/** The library picks white or black for a button's words whatever the scheme; ours stand in the tokens. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const usual = defaultVariantColorsResolver(input);
  const { variant, color, theme } = input;
  if (variant !== 'filled') return usual;
  if ((color ?? theme.primaryColor) === 'accent')
    return {
      ...usual,
      background: 'var(--kb-accent)',
      hover: 'var(--kb-accent-hover)',
      color: 'var(--kb-accent-text)',
    };
  if (color === 'red')
    return {
      ...usual,
      background: 'var(--kb-danger-button)',
      hover: 'var(--kb-danger-button)',
      color: 'var(--kb-danger-button-text)',
    };
  return usual;
};

/** The library's own controls, which have no words: a dialog's ×, the arrows and the days of a calendar, a password's eye. */
type Named = { language: Language; close: string; previousMonth: string; nextMonth: string; showPassword: string };

/** The options of a list scroll themselves: a box around them that scrolls could not be reached by keyboard. */
const scrollingOptions = {
  defaultProps: { withScrollArea: false },
  styles: { options: { maxHeight: 220, overflowY: 'auto' } },
};
/** The head of a dialog is no banner of the page. */
const noBanner = { defaultProps: { role: 'presentation' } };

/** The look: the tokens stand in theme.css, this tells the component library about them. */
export const themeWith = ({ language, close, previousMonth, nextMonth, showPassword }: Named): Partial<MantineTheme> =>
  createTheme({
    variantColorResolver,
    primaryColor: 'accent',
    primaryShade: { light: 6, dark: 4 },
    autoContrast: true,
    colors: { accent },
    fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
    fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
    fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
    defaultRadius: 6,
    focusRing: 'auto',
    cursorType: 'pointer',
    // Who asks the system for less motion gets none.
    respectReducedMotion: true,
    components: {
      Button: { defaultProps: { size: 'sm' } },
      TextInput: { defaultProps: { size: 'sm' } },
      Select: {
        ...scrollingOptions,
        defaultProps: { ...scrollingOptions.defaultProps, size: 'sm', checkIconPosition: 'right' },
      },
      MultiSelect: scrollingOptions,
      Autocomplete: scrollingOptions,
      TagsInput: scrollingOptions,
      DateInput: { defaultProps: { locale: language, ariaLabels: { previousMonth, nextMonth } } },
      // What floats above a screen belongs to its main part.
      Portal: { defaultProps: { target: `#${overlaysId}` } },
      // The first item of a menu takes the focus, not an empty place before it.
      Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
      ModalHeader: noBanner,
      DrawerHeader: noBanner,
      Textarea: { defaultProps: { size: 'sm' } },
      Modal: {
        defaultProps: { closeButtonProps: { 'aria-label': close } },
        styles: { title: { fontSize: '16px', lineHeight: '24px', fontWeight: 600 } },
      },
      PasswordInput: {
        defaultProps: { size: 'sm', visibilityToggleButtonProps: { 'aria-label': showPassword } },
      },
      Tooltip: { defaultProps: { events: { hover: true, focus: true, touch: true }, multiline: true, maw: 320 } },
      Drawer: { defaultProps: { closeButtonProps: { 'aria-label': close } } },
    },
  }) as Partial<MantineTheme>;
