import { unNeutralise } from '../../../domain/formula-guard.ts';
import { refused } from '../plan/refused.ts';
import { type Budget, newBudget, spend } from './budget.ts';
import { type Merge, mergesOf } from './merged-cells.ts';
import { type CellFormat, maxCell, readSheet, type SharedTexts, type SheetValues } from './read-sheet.ts';
import type { TableRow } from './read-table.ts';
import { attribute, readXml, type XmlHandlers } from './read-xml.ts';
import { cellText, isBuiltInDate, isDateFormat } from './xlsx-values.ts';
import { damaged, inflated, type ZipEntry, zipEntries } from './zip-entries.ts';

/** A workbook's file; the budget is for opening it, and for the sheets without a value before its first. */
type Archive = { bytes: Buffer; entries: Map<string, ZipEntry>; budget: Budget };

/** All the texts of a workbook are held at once; its rows are not. */
const maxTexts = 128 * 1024 * 1024;
const maxPart = 16 * 1024 * 1024;
/** The longest code of a format that a workbook may have. */
const maxCode = 255;

/**
 * A sheet that is not hidden. `rows` reads it from its start, within a budget that may be of several; `glance` the same,
 * and all glances have one.
 */
export type Sheet = {
  name: string;
  rows: (budget: Budget) => AsyncIterable<TableRow>;
  glance: () => AsyncIterable<TableRow>;
};

/**
 * The sheets of a workbook that are not hidden. Only the texts that cells share are held; rows are read from the file each
 * time, as they are asked for. Refuses (`RefusedFile`) what is no workbook, what is protected, and what could run: macros.
 */
export async function workbookSheets(bytes: Buffer): Promise<Sheet[]> {
  refuseContainers(bytes);
  const archive = { bytes, entries: zipEntries(bytes), budget: newBudget(bytes.length) };
  const { sheets, values } = await openWorkbook(archive);
  return sheets.map(({ name, entry }) => {
    let merges: Promise<Merge[]> | undefined;
    const read = async function* (budget: Budget): AsyncGenerator<TableRow> {
      merges ??= mergesOf(inflated(bytes, entry));
      yield* readSheet({ pieces: inflated(bytes, entry), merges: await merges }, values, budget);
    };
    return { name, rows: read, glance: () => read(archive.budget) };
  });
}

/** Encrypted workbooks and those of before 2007 lie in another container ([MS-CFB]). */
function refuseContainers(bytes: Buffer): void {
  if (bytes.readUInt32LE(0) !== 0xe011cfd0) return;
  if (bytes.includes(Buffer.from('EncryptedPackage', 'utf16le')))
    throw refused(1, 'encrypted', 'The workbook is protected by a password. Save it without one.');
  throw refused(1, 'old_workbook', 'This is a workbook of an old format (.xls). Save it as .xlsx or as CSV.');
}

type NamedSheet = { name: string; entry: ZipEntry };

async function openWorkbook(archive: Archive): Promise<{ sheets: NamedSheet[]; values: SheetValues }> {
  const names = [...archive.entries.keys()];
  if (names.some((name) => /(^|\/)vbaProject\.bin$/i.test(name)))
    throw refused(1, 'macros', 'The workbook has macros. Save it as .xlsx, without them, or as CSV.');
  if (names.includes('mimetype') && names.includes('content.xml'))
    throw refused(1, 'open_document', 'This is an OpenDocument spreadsheet (.ods). Save it as .xlsx or as CSV.');
  if (!names.includes('[Content_Types].xml') || names.includes('xl/workbook.bin'))
    throw refused(1, 'not_a_workbook', 'This is no .xlsx workbook. Save it as .xlsx or as CSV.');
  const root = await relationsOf(archive, '');
  const workbook = [...root.values()].find(({ type }) => type === 'officeDocument')?.target;
  if (workbook === undefined) throw damaged();
  const parts = await relationsOf(archive, workbook);
  const partOf = (wanted: string): ZipEntry | undefined => {
    const found = [...parts.values()].find(({ type }) => type === wanted);
    return found && archive.entries.get(found.target);
  };
  const { named, is1904 } = await readWorkbook(archive, workbook);
  // Two names may be of one sheet, which is read once.
  const sheets = new Map<ZipEntry, NamedSheet>();
  for (const { id, name } of named) {
    const part = parts.get(id);
    if (part?.type !== 'worksheet') continue;
    const entry = archive.entries.get(part.target) ?? refuseDamaged();
    if (!sheets.has(entry)) sheets.set(entry, { name, entry });
  }
  const texts = await readTexts(archive, partOf('sharedStrings'));
  const formats = await readFormats(archive, partOf('styles'));
  return { sheets: [...sheets.values()], values: { texts, formats, is1904 } };
}

function refuseDamaged(): never {
  throw damaged();
}

/** Reads a small part whole. */
async function readPart(archive: Archive, entry: ZipEntry | undefined, open: XmlHandlers['open']): Promise<void> {
  if (!entry || entry.size > maxPart) throw damaged();
  const handlers = { open, close: () => {} };
  for await (const _ of readXml(inflated(archive.bytes, entry), handlers, [], archive.budget));
}

type Relation = { type: string; target: string };

/** What a part refers to, by id: the kind of part, and its name in the archive. */
async function relationsOf(archive: Archive, part: string): Promise<Map<string, Relation>> {
  const folder = part.slice(0, part.lastIndexOf('/') + 1);
  const relations = new Map<string, Relation>();
  const entry = archive.entries.get(`${folder}_rels/${part.slice(folder.length)}.rels`);
  await readPart(archive, entry, (name, attributes) => {
    if (name !== 'Relationship') return;
    const target = attribute(attributes, 'Target') ?? '';
    const type = (attribute(attributes, 'Type') ?? '').split('/').at(-1) ?? '';
    relations.set(attribute(attributes, 'Id') ?? '', { type, target: resolved(folder, target) });
  });
  return relations;
}

function resolved(folder: string, target: string): string {
  const base = `zip://zip/${folder}`;
  if (!URL.canParse(target, base)) throw damaged();
  return new URL(target, base).pathname.slice(1);
}

type Listed = { id: string; name: string };

/** The sheets that are not hidden, in their order. */
async function readWorkbook(archive: Archive, part: string): Promise<{ named: Listed[]; is1904: boolean }> {
  const named: Listed[] = [];
  let is1904 = false;
  await readPart(archive, archive.entries.get(part), (name, attributes) => {
    if (name === 'workbookPr') is1904 = /^(1|true)$/.test(attribute(attributes, 'date1904') ?? '');
    if (name !== 'sheet' || /hidden/i.test(attribute(attributes, 'state') ?? '')) return;
    // The sheet's own number has a name that ends alike, but no prefix.
    const id = /\s[\w.-]+:id\s*=\s*["']([^"']*)["']/.exec(attributes)?.[1] ?? '';
    named.push({ id, name: attribute(attributes, 'name') ?? '' });
  });
  return { named, is1904 };
}

/** What each style, by its number, does to a cell. */
async function readFormats(archive: Archive, entry: ZipEntry | undefined): Promise<CellFormat[]> {
  const own = new Map<number, CellFormat>();
  const formats: CellFormat[] = [];
  let isList = false;
  if (!entry) return formats;
  await readPart(archive, entry, (name, attributes) => {
    const id = Number(attribute(attributes, 'numFmtId') ?? 0);
    if (name === 'numFmt') own.set(id, ownFormat(id, attribute(attributes, 'formatCode') ?? ''));
    else if (/^cell(Style)?Xfs$/.test(name)) isList = name === 'cellXfs';
    else if (name === 'xf' && isList) formats.push(own.get(id) ?? builtInFormat(id));
    else if (name === 'cellStyles' || name === 'dxfs') isList = false;
  });
  return formats;
}

/** Judged once, however many styles have it. */
function ownFormat(id: number, code: string): CellFormat {
  if (code.length > maxCode) throw damaged();
  if (id === 49 || code === '@') return 'text';
  return isDateFormat(code) ? 'date' : 'other';
}

function builtInFormat(id: number): CellFormat {
  if (id === 49) return 'text';
  return isBuiltInDate(id) ? 'date' : 'other';
}

/** The texts that cells share. Of one in several fonts the runs are put together; how it is pronounced is left out. */
async function readTexts(archive: Archive, entry: ZipEntry | undefined): Promise<SharedTexts> {
  const all: string[] = [];
  const unguarded = new Map<number, string>();
  if (!entry) return { all, unguarded };
  if (entry.size > maxTexts)
    throw refused(
      1,
      'workbook_too_big',
      'The workbook has too much text to read at once. Save it as CSV and import that.',
    );
  let text = '';
  let isText = false;
  let isSpoken = false;
  const add = (whole: string): void => {
    spend(archive.budget, 'characters', whole.length);
    const bare = unNeutralise(whole);
    if (bare !== whole) unguarded.set(all.length, bare);
    all.push(whole);
  };
  const handlers: XmlHandlers = {
    open: (name) => {
      if (name === 'si') text = '';
      else if (name === 'rPh') isSpoken = true;
      else if (name === 't') isText = !isSpoken;
    },
    text: (part) => {
      // What is too long for a cell stays so: the cells that refer to it are named.
      if (isText && text.length <= maxCell) text += part.slice(0, maxCell + 1);
    },
    close: (name) => {
      if (name === 't') isText = false;
      else if (name === 'rPh') isSpoken = false;
      else if (name === 'si') add(cellText(text));
    },
  };
  for await (const _ of readXml(inflated(archive.bytes, entry), handlers, [], archive.budget));
  return { all, unguarded };
}
