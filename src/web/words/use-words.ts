import { useTranslation } from 'react-i18next';
import {
  type LabelledField,
  type LabelledRecord,
  type Language,
  labelOf,
  titleOf,
  valueLabel,
} from '../../domain/labels.ts';
import { useMe } from '../api/me.ts';
import { showDay, showMoment, showNumber } from './formats.ts';
import { currentLanguage } from './words.ts';

/** Everything a screen needs to speak: words, labels of fields and values, dates and numbers. */
export function useWords() {
  const { t } = useTranslation();
  const language: Language = currentLanguage();
  const timeZone = useMe()?.timeZone ?? 'UTC';
  return {
    t,
    language,
    label: (record: LabelledRecord, field: LabelledField): string => labelOf(field, record, language),
    title: (record: LabelledRecord): string => titleOf(record, language),
    value: ((kind, value) => valueLabel(kind, value, language)) as ValueWords,
    day: (day: string | null | undefined): string => showDay(day, language),
    moment: (moment: string | null | undefined): string => showMoment(moment, language, timeZone),
    number: (value: number): string => showNumber(value, language),
  };
}

type Kinds = Parameters<typeof valueLabel>[0];
type ValueWords = <Kind extends Kinds>(kind: Kind, value: Parameters<typeof valueLabel<Kind>>[1]) => string;
export type Words = ReturnType<typeof useWords>;
