import { describe, expect, it } from 'vitest';
import { basePath } from '../../src/contract/endpoint.ts';
import { FormFile } from '../../src/contract/form-file.ts';
import { readForm } from '../../src/server/http/read-form.ts';
import { countRows } from '../harness/upload.ts';
import { type Answer, newWorld } from '../harness/world.ts';

const type = 'multipart/form-data; boundary="b b"';
const end = '--b b--\r\n';
const file = 'License Key,Feature\nFORMS-AAAAA-BBBBB-CCCCC-00001,Office 2026\n';

function textPart(name: string, value: string): string {
  return `--b b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}

function filePart(fileName: string, content: string): string {
  return `--b b\r\nContent-Disposition: form-data; name="file"; filename="${fileName}"\r\nContent-Type: text/csv\r\n\r\n${content}\r\n`;
}

/** The body in pieces of so many bytes, as a network may bring it. */
async function* inPieces(body: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(body);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(body: string, size = 7) {
  const parts = await readForm(type, inPieces(body, size));
  return Promise.all(
    parts.map(async ({ name, value, print }) => ({
      name,
      print,
      ...(value instanceof FormFile
        ? { fileName: value.name, content: Buffer.from(await value.bytes()).toString() }
        : { value }),
    })),
  );
}

const broken: [what: string, type: string, body: string][] = [
  ['an empty body', type, ''],
  ['something else', type, 'key,product\nA,B\n'],
  ['no boundary named', 'multipart/form-data', `${textPart('kind', 'keys')}${end}`],
  ['another boundary', 'multipart/form-data; boundary=other', `${textPart('kind', 'keys')}${end}`],
  ['an end inside the file', type, `${textPart('kind', 'keys')}${filePart('a.csv', file).slice(0, -20)}`],
  ['an end after the file', type, `${textPart('kind', 'keys')}${filePart('a.csv', file)}`],
  ['a hundred and one parts', type, `${textPart('a', '1').repeat(101)}${end}`],
];

describe('a form', () => {
  it('X1: is the same in whatever pieces it comes, with its names in any language', async () => {
    const body = `${textPart('kind', 'keys')}${filePart('Schlüssel %22neu%22.csv', 'a\r\n--b\r\n\0')}${end}`;
    for (const size of [1, 7, 64, 100_000]) {
      expect(await read(body, size)).toEqual([
        { name: 'kind', value: 'keys', print: 'keys' },
        {
          name: 'file',
          fileName: 'Schlüssel "neu".csv',
          content: 'a\r\n--b\r\n\0',
          print: expect.stringMatching(/^[\w-]{43}$/),
        },
      ]);
    }
  });

  it('Idempotency: the print of a file is that of its content', async () => {
    const printOf = async (name: string, content: string) => (await read(`${filePart(name, content)}${end}`))[0]?.print;
    expect(await printOf('a.csv', file)).toBe(await printOf('b.csv', file));
    expect(await printOf('a.csv', file)).not.toBe(await printOf('a.csv', `${file}\n`));
  });

  it('X1: one that is cut off while it arrives is refused', async () => {
    const cut = async function* () {
      yield* inPieces(filePart('a.csv', file).slice(0, -20), 7);
      throw new Error('the line was cut');
    };
    await expect(readForm(type, cut())).rejects.toThrow('not a valid multipart form');
  });
});

describe('POST /imports', async () => {
  const world = await newWorld('sqlite');
  const send = async (contentType: string, body: string): Promise<Pick<Answer, 'status' | 'body'>> => {
    const headers = { authorization: `Bearer ${world.adminToken}`, 'content-type': contentType };
    const response = await world.http.request(`${basePath}/imports`, { method: 'POST', headers, body });
    return { status: response.status, body: await response.json() };
  };

  it.each(broken)('X1: %s is refused, and nothing is imported', async (_, contentType, body) => {
    const before = await countRows(world);
    expect(await send(contentType, body)).toMatchObject({
      status: 400,
      body: { code: 'invalid', errors: [{ pointer: '', code: 'not_multipart' }] },
    });
    expect(await countRows(world)).toEqual(before);
  });

  it('X1: a missing file, a text in its place and a part that comes twice are named', async () => {
    const faults = async (body: string) => (await send(type, `${body}${end}`)).body.errors;
    const kind = textPart('kind', 'keys');
    const missing = { pointer: '/file', code: 'required', detail: expect.stringContaining('Send the file itself') };
    expect(await faults(kind)).toEqual([missing]);
    expect(await faults(kind + textPart('file', file))).toEqual([missing]);
    expect(await faults(kind + kind + filePart('a.csv', file))).toMatchObject([{ pointer: '/kind', code: 'repeated' }]);
  });

  it('X1: a form by hand is imported', async () => {
    const body = `${textPart('kind', 'keys')}${filePart('a.csv', file)}${end}`;
    expect(await send(type, body)).toMatchObject({ status: 201, body: { created: { key: 1 }, fileName: 'a.csv' } });
  });
});
