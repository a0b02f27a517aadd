import type { Language } from '../../domain/languages.ts';
import { german } from './texts-de.ts';
import { english } from './texts-en.ts';

/** A customer to be recorded; `contact` are lines, `size` is how many units it has beside others'. */
export type DemoCustomer = { name: string; short: string; contact: readonly string[]; size: number };

/** Whatever of the demo people read, in one language. */
export type DemoTexts = {
  organisation: string;
  mailDomain: string;
  staff: { administrator: string; technicians: readonly [string, string, string]; auditor: string };
  customers: readonly DemoCustomer[];
  /** What products are called that are not called by their own name, by code. */
  products: Readonly<Record<string, string>>;
  firstNames: readonly string[];
  lastNames: readonly string[];
  suppliers: readonly string[];
  departments: readonly string[];
  procurements: readonly string[];
  places: readonly string[];
  technicalPlaces: readonly string[];
  store: string;
  ticket: string;
  order: string;
  terms: readonly string[];
  unitRemarks: readonly string[];
  keyRemarks: readonly string[];
  licenseRemarks: readonly string[];
  applied: readonly string[];
  returned: readonly string[];
  recovered: readonly string[];
  kept: string;
  retired: readonly string[];
  moved: readonly string[];
  revoked: readonly string[];
  reinstated: readonly string[];
  replaced: readonly string[];
  mistaken: string;
};

type Told<Text> = { en: Text } & { readonly [Other in Language]?: Text };

/** What is told in a language; in English where it is not told in that one. */
export function inLanguage<Text>(told: Told<Text>, language: Language): Text {
  return told[language] ?? told.en;
}

export const demoTexts: Told<DemoTexts> = { en: english, de: german };
