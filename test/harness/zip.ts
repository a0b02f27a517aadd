import { crc32, deflateRawSync } from 'node:zlib';

export type ZipPart = {
  name: string;
  content: string | Buffer;
  isStored?: boolean;
  says?: { size?: number; flags?: number };
};

/**
 * A zip archive of these parts; `says` is what its directory tells instead of the truth. A long one is written as ZIP64
 * (PKWARE APPNOTE 6.3, 4.3.14 to 4.5.3), whatever its size.
 */
export function zipOf(parts: readonly ZipPart[], isLong = false): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, isStored = false, says = {} } of parts) {
    const bytes = Buffer.from(content);
    const packed = isStored ? bytes : deflateRawSync(bytes);
    const method = isStored ? 0 : 8;
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(method, 8);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(says.flags ?? 0, 8);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(crc32(bytes), 16);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(says.size ?? bytes.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    const extra = isLong ? longForm(entry) : Buffer.alloc(0);
    entry.writeUInt16LE(extra.length, 30);
    files.push(head, Buffer.from(name), packed);
    directory.push(entry, Buffer.from(name), extra);
    offset += 30 + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(offset, 16);
  const before = Buffer.concat([...files, ...directory]);
  return Buffer.concat([before, ...(isLong ? longEnd(end, before.length) : []), end]);
}

/** Takes the sizes and the offset of an entry out of it; the extra field that has them instead, after one of another kind. */
function longForm(entry: Buffer): Buffer {
  const extra = Buffer.alloc(36);
  extra.writeUInt16LE(0x5455, 0);
  extra.writeUInt16LE(4, 2);
  extra.writeUInt16LE(1, 8);
  extra.writeUInt16LE(24, 10);
  [24, 20, 42].forEach((from, i) => {
    extra.writeBigUInt64LE(BigInt(entry.readUInt32LE(from)), 12 + 8 * i);
    entry.writeUInt32LE(0xffffffff, from);
  });
  return extra;
}

/** The same for the end of the directory: its long form and the locator of that, which stand before it. */
function longEnd(end: Buffer, at: number): Buffer[] {
  const long = Buffer.alloc(56);
  long.writeUInt32LE(0x06064b50, 0);
  long.writeBigUInt64LE(BigInt(end.readUInt16LE(10)), 32);
  long.writeBigUInt64LE(BigInt(end.readUInt32LE(16)), 48);
  end.writeUInt16LE(0xffff, 10);
  end.writeUInt32LE(0xffffffff, 16);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(at), 8);
  return [long, locator];
}

const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** A workbook whose only sheet has these rows (XML), with whatever other parts. */
export function workbookOf(sheetData: string, others: readonly ZipPart[] = [], isLong = false): Buffer {
  const relation = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${relations}/${type}" Target="${target}"/>`;
  const own: ZipPart[] = [
    { name: '[Content_Types].xml', content: '<Types/>' },
    {
      name: '_rels/.rels',
      content: `<Relationships>${relation('a', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: `<Relationships>${relation('r1', 'worksheet', 'worksheets/sheet1.xml')}${relation('r2', 'sharedStrings', '/xl/sharedStrings.xml')}${relation('r3', 'styles', 'styles.xml')}</Relationships>`,
    },
    {
      name: 'xl/workbook.xml',
      content: `<workbook xmlns:r="${relations}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
    },
    { name: 'xl/worksheets/sheet1.xml', content: `<worksheet><sheetData>${sheetData}</sheetData></worksheet>` },
  ];
  const names = new Set(others.map(({ name }) => name));
  return zipOf([...own.filter(({ name }) => !names.has(name)), ...others], isLong);
}
