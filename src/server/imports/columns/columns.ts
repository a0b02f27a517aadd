import { append } from '../../../domain/append.ts';
import type { Fault } from '../../../domain/errors.ts';
import { foldText } from '../../../domain/fold.ts';
import { computedFields, headingColumn, type ImportKind, importFields } from '../../../domain/import-fields.ts';
import { mayBeLicenseKey } from '../../../domain/license-key.ts';
import { columnAt } from '../plan/refused.ts';
import { RefusedFile, type RowError } from '../plan/row-error.ts';
import { holdsKey } from '../plan/whole-key.ts';
import { longestColumnName, shapeFaults } from '../read/read-table.ts';
import { abbreviated } from './abbreviations.ts';
import { type AskedMapping, askedMapping } from './asked-mapping.ts';
import {
  type Assigned,
  type Column,
  type ColumnRules,
  fieldList,
  howToMap,
  type Place,
  type Report,
  type Target,
} from './column.ts';
import { fieldNames, hasWords, namedFields } from './column-names.ts';
import { lastPart, plainName } from './column-words.ts';
import { judgeCells } from './judge-cells.ts';
import { textsIn } from './sample.ts';

/** Whether a column of that name would have a field, with those that stand beside it in the header. */
export function knownName(rules: ColumnRules, header: readonly string[] = []): (name: string) => boolean {
  const known = knownNames(header, rules.mapping.values(), rules);
  const mapped = new Set([...rules.mapping.keys()].map(plainName));
  return (name) => {
    if (name.length > longestColumnName) return false;
    const plain = plainName(name);
    if (plain === '') return false;
    const isWhole = known.has(plain) || mapped.has(plain) || known.has(plainName(lastPart(name) ?? ''));
    return isWhole || (beforeNote(name, known) ?? abbreviated(name, known)) !== undefined;
  };
}

type Known = ReadonlyMap<string, Target | null>;

/** The field of each column of a header, by the mapping or by its name alone; null and undefined where it has none. */
export function fieldsByName(header: readonly string[], rules: ColumnRules): (string | null | undefined)[] {
  const asked = askedMapping(header, rules.mapping).fields;
  const known = knownNames(header, asked.values(), rules);
  const whole = fieldsOfWhole(header, known);
  return header.map((name, index) => (asked.has(index) ? asked.get(index) : targetOf(name, whole, known)?.field));
}

/**
 * Which column gives which field: what the mapping says, else the names of the profile, else the names of the fields, else
 * its cells where they are license keys. Refuses (`RefusedFile`) a column without a field outside a profile and a list of
 * software, two columns for one field, license keys where they could be read, and a mapping that fits nothing.
 */
export function assignColumns(header: readonly string[], rules: ColumnRules): Assigned {
  const asked = askedMapping(header, rules.mapping);
  const known = knownNames(header, asked.fields.values(), rules);
  const errors = mappingErrors(asked, rules);
  const told: RowError[] = [];
  const { line = 1 } = rules;
  const report: Report = {
    refuse: ({ index, name }, fault) => {
      const shown = shownName(name, index, known);
      const named = shown === columnAt(index) ? {} : { params: { ...fault.params, name: shown } };
      errors.push({ line, column: columnAt(index), ...fault, ...named });
    },
    tell: ({ index, name }, fault) => told.push({ line, column: shownName(name, index, known), ...fault }),
  };
  const whole = fieldsOfWhole(header, known);
  const named = header.map((name, index) => placeOf({ name, index }, { header, whole }, asked, known, rules));
  const judged = judgeCells(named, rules, report);
  const givesKey = judged.some(({ target }) => target?.field === 'licenseKey');
  const columns = judged.flatMap((place) => columnOf(place, { others: asked.others, givesKey }, known, rules, report));
  append(errors, twice(columns, judged, line));
  if (errors.length > 0) throw new RefusedFile([...longRows(header, rules), ...errors]);
  const given = new Set(columns.flatMap(({ index, parts = [] }) => [index, ...parts]));
  const isLeftOut = ({ index, target }: Place): boolean =>
    !given.has(index) && (target !== undefined || asked.others !== undefined);
  return { columns: labelRemarks(columns, known), leftOut: judged.filter(isLeftOut).map(({ index }) => index), told };
}

/** Rows whose cells may be shifted, by which a column looks like another. */
function longRows(header: readonly string[], { sample = [] }: ColumnRules): RowError[] {
  return sample.filter(({ cells }) => cells.length > header.length).flatMap((row) => shapeFaults(row, header));
}

type Named = { name: string; index: number };

function placeOf(
  { name, index }: Named,
  { header, whole }: { header: readonly string[]; whole: ReadonlySet<string> },
  asked: AskedMapping,
  known: Known,
  rules: ColumnRules,
): Place {
  const field = asked.fields.get(index);
  if (field !== undefined) return { index, name, target: field === null ? null : { field, rank: 0 }, isAsked: true };
  const isRepeated = header.slice(0, index).some((other) => other.toLowerCase() === name.toLowerCase());
  // A profile takes the first of two.
  const target = rules.profile && isRepeated ? undefined : targetOf(name, whole, known);
  return { index, name, target, isAsked: false };
}

/** The fields that names of a header give as they stand. */
function fieldsOfWhole(header: readonly string[], known: Known): ReadonlySet<string> {
  return new Set(header.flatMap((name) => known.get(plainName(name))?.field ?? []));
}

/** What a name gives, or its last part or what it is short for, unless another column is called so. */
function targetOf(name: string, others: ReadonlySet<string>, known: Known): Target | null | undefined {
  const whole = known.get(plainName(name));
  if (whole !== undefined) return whole;
  const target = known.get(plainName(lastPart(name) ?? '')) ?? beforeNote(name, known) ?? abbreviated(name, known);
  return target && others.has(target.field) ? undefined : target;
}

const noteBehind = /^([^()[\]]+)(?:\([^()]*\)|\[[^[\]]*\])$/u;
const currencyIn = /\p{Sc}|\b[A-Z]{3}\b|Euro/u;

/** What stands before brackets: `Gültig bis (TT.MM.JJJJ)`. A currency there belongs to the amounts, and would be lost. */
function beforeNote(name: string, known: Known): Target | null | undefined {
  const [, before = ''] = noteBehind.exec(name) ?? [];
  const target = before === '' ? undefined : known.get(plainName(before));
  return target?.field === 'cost' && currencyIn.test(name.slice(before.length)) ? undefined : target;
}

/** The column of a place, none where it is left out; refuses one that nobody has said anything of. */
function columnOf(
  { index, name, target, parts }: Place,
  { others, givesKey }: { others: string | null | undefined; givesKey: boolean },
  known: Known,
  rules: ColumnRules,
  report: Report,
): Column[] {
  const column = {
    index,
    name: name === '' || holdsKey(name) ? `#${index + 1}` : name,
    shown: shownName(name, index, known),
    ...(parts && { parts }),
  };
  if (target) return [{ ...column, ...target, labelled: false }];
  const texts = textsIn(rules.sample ?? [], index);
  if (target === null || (name === '' && texts.length === 0)) return [];
  // Beside the license key, numbers that could be none are just numbers.
  const isHarmless = givesKey && texts.length > 0 && !texts.some(mayBeLicenseKey);
  const hasPasswords = passwordNames.test(foldText(name));
  const isToAsk =
    holdsKey(name) || (secretNames.test(foldText(name)) && !isHarmless) || hasPasswords || name === headingColumn;
  const field = fieldOfOthers({ name, isToAsk }, others, rules);
  if (field === undefined) report.refuse({ index, name }, hasPasswords ? passwords : unknownColumn(rules));
  return field ? [{ ...column, field, rank: 0, labelled: false, isOther: true }] : [];
}

const passwords: Fault = {
  code: 'passwords',
  detail:
    'These seem to be passwords, which Keybook does not keep. In the mapping, give this column null to leave it out.',
};

function unknownColumn({ kind }: ColumnRules): Fault {
  return { code: 'unknown_column', detail: `This column has no field. ${howToMap(kind)}` };
}

/** Where a column goes that nobody knows: to the remarks in a profile and in a list of software or licenses; undefined where that is asked. */
function fieldOfOthers(
  { name, isToAsk }: { name: string; isToAsk: boolean },
  others: string | null | undefined,
  { kind, profile }: ColumnRules,
): string | null | undefined {
  if (others === null) return null;
  if (isToAsk) return undefined;
  if (others !== undefined) return others;
  if (!profile && kind !== 'software' && kind !== 'licenses') return name === '' ? null : undefined;
  return 'remarks' in importFields[kind] ? 'remarks' : null;
}

function shownName(name: string, index: number, known: Known): string {
  return name !== '' && (known.has(plainName(name)) || readsAsWords(name)) ? name : columnAt(index);
}

/** Whether a text can hardly be anything but what a column is called: it has no digit, and small letters or blanks. */
function readsAsWords(name: string): boolean {
  return /[\p{Ll} ]/u.test(name) && !/\p{N}/u.test(name) && !holdsKey(name);
}

const behindProfile = 100;

function isBehindProfile(kind: ImportKind, field: string): boolean {
  return field.startsWith('attributes.') || (field !== 'licenseKey' && hasWords(kind, field));
}

function knownNames(
  header: readonly string[],
  asked: Iterable<string | null>,
  { kind, profile, attributes }: ColumnRules,
): Known {
  const own = profile?.columns[kind];
  const mapped = new Set(asked);
  const names = new Map<string, Target | null>();
  for (const [field, list] of Object.entries(own ?? {}))
    for (const [rank, name] of list.entries()) if (!names.has(name)) names.set(name, { field, rank });
  for (const name of profile?.ignored ?? []) if (!names.has(name)) names.set(name, null);
  // What a profile does not name goes by our words, behind what it does; its keys it names, or their cells show them.
  let rank = own ? behindProfile : 0;
  for (const [name, field] of fieldNames({ kind, header, mapped, attributes })) {
    if (names.has(name) || (own && !isBehindProfile(kind, field))) continue;
    names.set(name, { field, rank });
    if (own) rank += 1;
  }
  return names;
}

/** A key in a column of an unknown name must not end up, readable, in the remarks. */
const secretNames = /key|serial|schlussel|seriennummer|\b(?:cle|clave|chiave|sleutel|klucz)\b/;

/** Keybook is no vault of passwords: such a column is taken only where somebody says so. */
const passwordNames = /passwor|kennwort|contrasena|mot de passe|haslo|wachtwoord|secret|\b(?:pin|puk)\b/;

/** A mapping may name every field, and what our own files have beside them, so that it can be kept as it came out. */
const otherTargets = ['id', 'version', 'maskedKey'];

function mappingErrors({ misfits }: AskedMapping, { kind, mapping, attributes, line = 1 }: ColumnRules): RowError[] {
  const own = attributes.map((definition) => `attributes.${definition.name}`);
  const computed = computedFields[kind].map((field) => `computed.${field}`);
  const fields = new Set([...namedFields(kind), ...otherTargets, ...computed, ...own]);
  return [...mapping.values()].flatMap((field, i): RowError[] => {
    const at = { line, column: null, code: 'mapping' };
    if (misfits.includes(i + 1))
      return [{ ...at, detail: `Entry ${i + 1} of the mapping names a column the file has not.` }];
    if (field === null || fields.has(field)) return [];
    return [
      { ...at, detail: `Entry ${i + 1} of the mapping names no field. Give one of ${fieldList(kind)}, or null.` },
    ];
  });
}

/** Several columns may share a field only in a profile that ranks them, and the remarks. */
function twice(columns: readonly Column[], places: readonly Place[], line: number): RowError[] {
  const asked = new Set(places.flatMap(({ index, isAsked }) => (isAsked ? [index] : [])));
  return columns.flatMap((column, i): RowError[] => {
    if (column.field === 'remarks') return [];
    const rival = columns.slice(0, i).find((other) => other.field === column.field);
    if (!rival) return [];
    const isAsked = asked.has(rival.index) || asked.has(column.index);
    if (rival.rank !== column.rank && !isAsked) return [];
    const [isAlike, at] = [isSameName(rival, column), { line, column: columnAt(column.index) }];
    const [one, other] = [quoted(rival), quoted(column)];
    const both = `Columns ${one} and ${other}`;
    if (!isAlike) {
      const detail = `${both} both give ${column.field}. Map one of them to null.`;
      return [{ ...at, code: 'field_twice', detail, params: { one, other, field: column.field } }];
    }
    const detail = `${both} have the same name. Rename one, or map it by its place: "#${column.index + 1}".`;
    return [{ ...at, code: 'duplicate_column', detail }];
  });
}

/** A column by its place and, where that may be told, its name. */
function quoted({ index, shown }: Pick<Column, 'index' | 'shown'>): string {
  return shown === columnAt(index) ? shown : `${columnAt(index)} ("${shown}")`;
}

function isSameName(one: Pick<Column, 'name'>, other: Pick<Column, 'name'>): boolean {
  return one.name.toLowerCase() === other.name.toLowerCase();
}

/**
 * What goes to the remarks says what it is, but for the first column that is called remarks; two of one name say their
 * places.
 */
function labelRemarks(columns: Column[], known: Known): Column[] {
  const remarks = columns.filter((column) => column.field === 'remarks');
  const plain = remarks.find(({ name }) => known.get(plainName(name))?.field === 'remarks');
  return columns.map((column) => {
    if (column.field !== 'remarks') return column;
    const isRepeated = remarks.some((other) => other !== column && isSameName(other, column));
    if (!isRepeated) return { ...column, labelled: column !== plain };
    const place = (name: string): string => (/^\d+$/.test(name) ? name : `${name} #${column.index + 1}`);
    return { ...column, name: place(column.name), shown: place(column.shown), labelled: true };
  });
}
