import { refused } from '../plan/refused.ts';
import { type Budget, spend } from './budget.ts';
import { damaged } from './zip-entries.ts';

/** What is done with the parts of an XML text. Names come without a prefix, attributes as they are written. */
export type XmlHandlers = {
  open: (name: string, attributes: string) => void;
  close: (name: string) => void;
  text?: (text: string) => void;
};

/** The longest tag or text; a cell of a workbook has 32,767 characters. */
const longest = 1_000_000;

/**
 * Reads XML from pieces and yields, after each piece, what the handlers have put into `found`. Knows what workbooks have:
 * no entities of its own making, no document type, which is refused; and so are more tags than the budget has.
 */
export async function* readXml<Found>(
  pieces: AsyncIterable<Buffer>,
  handlers: XmlHandlers,
  found: Found[],
  budget: Budget,
): AsyncGenerator<Found> {
  const decoder = new TextDecoder();
  let depth = 0;
  let rest = '';
  const counted: XmlHandlers = {
    ...handlers,
    open: (name, attributes) => {
      depth += 1;
      handlers.open(name, attributes);
    },
    close: (name) => {
      depth -= 1;
      if (depth < 0) throw damaged();
      handlers.close(name);
    },
  };
  for await (const piece of pieces) {
    rest = readPart(rest + decoder.decode(piece, { stream: true }), counted, budget);
    if (rest.length > longest) throw damaged();
    yield* found.splice(0);
  }
  if (depth !== 0 || rest.trim() !== '') throw damaged();
}

/** What is left of a text when all its whole parts are read. */
function readPart(xml: string, handlers: XmlHandlers, budget: Budget): string {
  let at = 0;
  for (;;) {
    const open = xml.indexOf('<', at);
    if (open < 0) return xml.slice(at);
    const end = partEnd(xml, open);
    if (end < 0) return xml.slice(at);
    spend(budget, 'tags', 1);
    if (open > at) handlers.text?.(unescaped(xml.slice(at, open)));
    if (xml.startsWith('<![CDATA[', open)) handlers.text?.(xml.slice(open + 9, end - 3));
    else readTag(xml.slice(open + 1, end - 1), handlers);
    at = end;
  }
}

function readTag(tag: string, { open, close }: XmlHandlers): void {
  const first = tag[0];
  if (first === '?' || tag.startsWith('!--')) return;
  if (first === '!')
    throw refused(1, 'damaged', 'The workbook has a document type, which no spreadsheet program writes.');
  if (first === '/') {
    close(localName(tag.slice(1).trim()));
    return;
  }
  const isWhole = tag.endsWith('/');
  const body = isWhole ? tag.slice(0, -1) : tag;
  const space = body.search(/\s/);
  const name = localName(space < 0 ? body : body.slice(0, space));
  open(name, space < 0 ? '' : body.slice(space));
  if (isWhole) close(name);
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** The place behind a tag, a comment or a section of plain text; -1 where it is not all there. */
function partEnd(xml: string, open: number): number {
  if (xml.length < open + 9 && xml.indexOf('>', open) < 0) return -1;
  if (xml.startsWith('<!--', open)) return behind(xml, '-->', open + 4);
  if (xml.startsWith('<![CDATA[', open)) return behind(xml, ']]>', open + 9);
  let quote = 0;
  for (let at = open + 1; at < xml.length; at += 1) {
    const code = xml.charCodeAt(at);
    if (quote !== 0) {
      if (code === quote) quote = 0;
    } else if (code === 62) return at + 1;
    else if (code === 34 || code === 39) quote = code;
  }
  return -1;
}

function behind(xml: string, end: string, from: number): number {
  const at = xml.indexOf(end, from);
  return at < 0 ? -1 : at + end.length;
}

const entities = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** A text with the signs that its entities stand for, as XML and HTML write them. */
export function unescaped(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{1,8}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities.get(name) ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** The value of an attribute, whatever its prefix; undefined where there is none. */
export function attribute(attributes: string, name: string): string | undefined {
  const match = patternOf(name).exec(attributes);
  const value = match?.[1] ?? match?.[2];
  return value === undefined ? undefined : unescaped(value);
}

const patterns = new Map<string, RegExp>();

function patternOf(name: string): RegExp {
  const known = patterns.get(name);
  if (known) return known;
  const pattern = new RegExp(`\\s(?:[\\w.-]+:)?${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`);
  patterns.set(name, pattern);
  return pattern;
}
