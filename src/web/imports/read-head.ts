import { delimiterOf } from '../../domain/delimiter.ts';

type HeadRow = { line: number; cells: string[] };
/** The first rows of a file of text that have a value. */
export type FirstRows = readonly HeadRow[];
/** Its header, and rows to show what the columns hold. */
export type FileHead = { header: string[]; rows: string[][] };

const lookedAt = 64 * 1024;
const shownRows = 3;
/** Titles may stand above the header. */
const rowsRead = 30;

/** Reads the beginning of a CSV file; undefined for a workbook, which only the server reads. */
export async function readHead(file: File): Promise<FirstRows | undefined> {
  const bytes = new Uint8Array(await file.slice(0, lookedAt).arrayBuffer());
  if ((bytes[0] === 0x50 && bytes[1] === 0x4b) || bytes[0] === 0xd0) return undefined;
  const text = decode(bytes).replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  const sep = /^sep=([,;\t|])\n/.exec(text);
  const rest = sep ? text.slice(sep[0].length) : text;
  const all = firstRows(rest, sep?.[1] ?? delimiterOf(rest), sep ? 2 : 1);
  return all.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
}

/** The head of a file whose header stands on that line; on its first row, as long as nobody has said so. */
export function headAt(rows: FirstRows | undefined, line: number | undefined): FileHead | undefined {
  const [first] = rows ?? [];
  const header = rows?.find((row) => row.line === line) ?? first;
  if (!rows || !header) return undefined;
  const below = rows.filter((row) => row.line > header.line).slice(0, shownRows);
  return { header: header.cells.map((name) => name.trim()), rows: below.map(({ cells }) => cells) };
}

/** UTF-16 where the file says so, UTF-8 where it is that, else what Excel writes on Windows. */
function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    // A character may be cut at the end of what is looked at.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function firstRows(text: string, delimiter: string, from: number): HeadRow[] {
  const rows: HeadRow[] = [];
  let line = from;
  let next = from;
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < text.length && rows.length < rowsRead; i += 1) {
    const sign = text[i];
    if (sign === '\n') next += 1;
    if (sign === '"' && isQuoted && text[i + 1] === '"') {
      cell += sign;
      i += 1;
    } else if (sign === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (sign === delimiter || sign === '\n')) {
      cells.push(cell);
      cell = '';
      if (sign !== '\n') continue;
      rows.push({ line, cells: cells.splice(0) });
      line = next;
    } else cell += sign ?? '';
  }
  if (cells.length > 0 || cell !== '') rows.push({ line, cells: [...cells, cell] });
  return rows;
}
