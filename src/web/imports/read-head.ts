/** The first lines of a file of text: its header, and rows to show what the columns hold. */
export type FileHead = { header: string[]; rows: string[][] };

const lookedAt = 64 * 1024;
const shownRows = 3;

/** Reads the beginning of a CSV file; undefined for a workbook, which only the server reads. */
export async function readHead(file: File): Promise<FileHead | undefined> {
  const bytes = new Uint8Array(await file.slice(0, lookedAt).arrayBuffer());
  if ((bytes[0] === 0x50 && bytes[1] === 0x4b) || bytes[0] === 0xd0) return undefined;
  const text = decode(bytes).replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  const sep = /^sep=([,;\t])\n/.exec(text);
  const rest = sep ? text.slice(sep[0].length) : text;
  const all = firstRows(rest, sep?.[1] ?? delimiterOf(rest));
  const [header, ...rows] = all.filter((cells) => cells.some((cell) => cell.trim() !== ''));
  return header && { header: header.map((name) => name.trim()), rows: rows.slice(0, shownRows) };
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

function delimiterOf(text: string): string {
  const header = text.slice(0, text.indexOf('\n') + 1 || undefined);
  const count = (sign: string): number => header.split(sign).length;
  return ['\t', ';', ','].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

function firstRows(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < text.length && rows.length < shownRows + 2; i += 1) {
    const sign = text[i];
    if (sign === '"' && isQuoted && text[i + 1] === '"') {
      cell += sign;
      i += 1;
    } else if (sign === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (sign === delimiter || sign === '\n')) {
      cells.push(cell);
      cell = '';
      if (sign === '\n') rows.push(cells.splice(0));
    } else cell += sign ?? '';
  }
  if (cells.length > 0 || cell !== '') rows.push([...cells, cell]);
  return rows;
}
