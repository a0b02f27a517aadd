import { Select, type SelectProps } from '@mantine/core';
import { type Language, languageName, languageOf, languages } from '../../domain/languages.ts';

type Props = Pick<SelectProps, 'label' | 'description' | 'readOnly'> & {
  value: string;
  onChange: (language: Language) => void;
};

/** Chooses one of the languages Keybook speaks. */
export function LanguageChoice({ onChange, ...props }: Props) {
  return (
    <Select
      {...props}
      data={languages.map((known) => ({ value: known, label: languageName(known) }))}
      onChange={(chosen) => chosen && onChange(languageOf(chosen))}
      allowDeselect={false}
    />
  );
}
