import { isDay } from './day.ts';
import type { Fault, FaultParams, FieldError } from './errors.ts';
import { cleanText, foldText, textFault } from './fold.ts';
import type { Language } from './languages.ts';

export const attributeKinds = ['text', 'number', 'date', 'boolean', 'choice'] as const;
export type AttributeKind = (typeof attributeKinds)[number];

export const recordTypes = ['key', 'equipment', 'license'] as const;
export type RecordType = (typeof recordTypes)[number];

/**
 * One customer-defined field of a record type. `name` is `[a-z][A-Za-z0-9_]{0,39}`; `mask` is for texts only,
 * `choices` for choices only.
 */
export type AttributeDefinition = {
  id: string;
  recordType: RecordType;
  name: string;
  kind: AttributeKind;
  labelEn: string;
  labelDe: string;
  required: boolean;
  mask: string | null;
  choices: string[];
  archived: boolean;
};

type AttributeValue = string | number | boolean;

const MAX_TEXT = 500;
const MAX_LABEL = 100;
const MAX_MASK = 100;
const MAX_CHOICES = 200;

/** Every fault of a definition; none means it can be saved. */
export function judgeDefinition(definition: Omit<AttributeDefinition, 'id' | 'archived'>): FieldError[] {
  const errors: FieldError[] = [];
  const judge = (pointer: string, fault: Fault | undefined) => {
    if (fault) errors.push({ pointer, ...fault });
  };
  judge('/name', nameFault(definition.name));
  judge('/labelEn', textFault(definition.labelEn, { min: 1, max: MAX_LABEL }));
  judge('/labelDe', textFault(definition.labelDe, { min: 1, max: MAX_LABEL }));
  judge('/mask', maskFault(definition.kind, definition.mask));
  judge('/choices', choicesFault(definition.kind, definition.choices));
  if (definition.kind === 'choice') {
    for (const [index, choice] of definition.choices.slice(0, MAX_CHOICES).entries()) {
      judge(`/choices/${index}`, choiceFault(choice, definition.choices.slice(0, index)));
    }
  }
  return errors;
}

/**
 * True when a text has the form of a mask: `A` is a letter, `9` a digit (0-9), `*` either, `\` takes the next character
 * literally, everything else stands for itself. One step per character.
 */
export function maskMatches(mask: string, text: string): boolean {
  const wanted = [...mask][Symbol.iterator]();
  for (const character of text) {
    const next = wanted.next();
    if (next.done) return false;
    if (next.value === '\\') {
      if (wanted.next().value !== character) return false;
    } else if (!fitsSymbol(next.value, character)) return false;
  }
  return wanted.next().done === true;
}

/**
 * Judges all attribute values of one record against the definitions of its type. Null and empty texts are left out of
 * `values`. Refused are unknown names, values of another kind and missing required ones (archived ones are not required).
 */
export function judgeAttributes(
  definitions: readonly AttributeDefinition[],
  values: Record<string, unknown>,
): { values: Record<string, AttributeValue>; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const accepted = new Map<string, AttributeValue>();
  const known = new Map(definitions.map((definition) => [definition.name, definition]));
  for (const name of Object.keys(values)) {
    if (known.has(name)) continue;
    errors.push({ pointer: pointerOf(name), code: 'unknown', detail: 'Leave this out: there is no such attribute.' });
  }
  for (const definition of known.values()) {
    const given = Object.hasOwn(values, definition.name) ? values[definition.name] : null;
    const value = typeof given === 'string' && given.length <= MAX_TEXT ? cleanText(given) : given;
    if (value === null || value === undefined || value === '') {
      if (!definition.required || definition.archived) continue;
      errors.push({ pointer: pointerOf(definition.name), code: 'required', detail: 'Fill this in.' });
      continue;
    }
    const judged = judgeValue(definition, value);
    if ('fault' in judged) errors.push({ pointer: pointerOf(definition.name), ...judged.fault });
    else accepted.set(definition.name, judged.value);
  }
  // fromEntries defines properties, so that a name such as __proto__ cannot reach the prototype.
  return { values: Object.fromEntries(accepted), errors };
}

function judgeValue(definition: AttributeDefinition, value: unknown): { value: AttributeValue } | { fault: Fault } {
  switch (definition.kind) {
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? { value } : refuse('number', 'Give a number.');
    case 'boolean':
      return typeof value === 'boolean' ? { value } : refuse('boolean', 'Give true or false.');
    case 'date':
      return typeof value === 'string' && isDay(value)
        ? { value }
        : refuse('date', 'Give a calendar day as YYYY-MM-DD.');
    case 'choice':
      return typeof value === 'string' && definition.choices.includes(value)
        ? { value }
        : refuse('choice', 'Give one of the choices of this attribute.');
    case 'text':
      return judgeText(definition.mask, value);
  }
}

function judgeText(mask: string | null, value: unknown): { value: string } | { fault: Fault } {
  if (typeof value !== 'string') return refuse('text', 'Give a text.');
  const fault = textFault(value, { max: MAX_TEXT });
  if (fault) return { fault };
  if (mask !== null && !maskMatches(mask, value)) {
    return refuse('mask', `Give it in the form ${mask} (A is a letter, 9 a digit, * either).`, { mask });
  }
  return { value };
}

function refuse(code: string, detail: string, params: FaultParams = {}): { fault: Fault } {
  return { fault: { code, detail, params } };
}

function nameFault(name: string): Fault | undefined {
  if (!/^[a-z][A-Za-z0-9_]{0,39}$/.test(name)) {
    const detail = 'Give a name of at most 40 letters, digits and underscores that starts with a small letter.';
    return { code: 'name', detail };
  }
  // Names become properties of plain objects, where these already mean something.
  return name in {} ? { code: 'reserved', detail: 'Give another name: this one is reserved.' } : undefined;
}

function maskFault(kind: AttributeKind, mask: string | null): Fault | undefined {
  if (mask === null) return undefined;
  if (kind !== 'text') return { code: 'not_allowed', detail: 'Leave the mask out: only texts have one.' };
  const fault = textFault(mask, { min: 1, max: MAX_MASK });
  if (fault) return fault;
  // Backslashes in pairs stand for themselves; one left over at the end escapes nothing.
  const trailing = mask.length - mask.replace(/\\+$/, '').length;
  if (trailing % 2 === 0) return undefined;
  return { code: 'mask', detail: 'Give the character after the last backslash, or two backslashes for one.' };
}

function choicesFault(kind: AttributeKind, choices: readonly string[]): Fault | undefined {
  if (kind !== 'choice') {
    return choices.length > 0 ? { code: 'not_allowed', detail: 'Leave the choices out for this kind.' } : undefined;
  }
  if (choices.length === 0) return { code: 'required', detail: 'Give at least one choice.' };
  if (choices.length <= MAX_CHOICES) return undefined;
  return { code: 'too_many', detail: `Give at most ${MAX_CHOICES} choices.`, params: { max: MAX_CHOICES } };
}

function choiceFault(choice: string, earlier: readonly string[]): Fault | undefined {
  const fault = textFault(choice, { min: 1, max: MAX_LABEL });
  if (fault) return fault;
  if (choice !== cleanText(choice)) return { code: 'blanks', detail: 'Remove the blanks around this choice.' };
  const folded = foldText(choice);
  if (!earlier.some((other) => foldText(other) === folded)) return undefined;
  return { code: 'duplicate', detail: 'Give each choice once: another one differs only in case or accents.' };
}

function fitsSymbol(symbol: string, character: string): boolean {
  if (symbol === 'A') return /^\p{L}$/u.test(character);
  if (symbol === '9') return /^[0-9]$/.test(character);
  if (symbol === '*') return /^[\p{L}0-9]$/u.test(character);
  return symbol === character;
}

/** A JSON Pointer (RFC 6901) to an attribute; what others named is cut to a length that fits an answer. */
function pointerOf(name: string): string {
  return `/attributes/${name.slice(0, 80).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

type Labelled = Pick<AttributeDefinition, 'labelEn' | 'labelDe'>;

/** What people call a dynamic feature, in the languages they were asked for; the first stands in for any other. */
const labelsBy = ({ labelEn, labelDe }: Labelled): { en: string; [language: string]: string } => ({
  en: labelEn,
  de: labelDe,
});

/** What a dynamic feature is called in a language. */
export function attributeLabel(labelled: Labelled, language: Language): string {
  const labels = labelsBy(labelled);
  return labels[language] ?? labels.en;
}

/** Whatever a dynamic feature is called, in every language. */
export function attributeLabels(labelled: Labelled): string[] {
  return Object.values(labelsBy(labelled));
}
