import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkpointBody,
  decodeVerifierKey,
  encodeVerifierKey,
  formatCheckpoint,
  parseCheckpoint,
  signatureBy,
} from '../../../src/domain/audit/checkpoint.ts';
import { origin, sha, signer, verifySignature } from '../../audit-vectors/build-log.ts';

/** A checkpoint of the Go module checksum database and the key it is signed with, both public. */
const golang = {
  key: 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8',
  note: [
    'go.sum database tree',
    '20852163',
    'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=',
    '',
    '— sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=',
    '',
  ].join('\n'),
};

const root = sha(Buffer.from('root'));
const note = signer.sign(42, root);
const encoder = new TextEncoder();

describe('L9: checkpoints are signed notes of C2SP', () => {
  test('L9: one signed by somebody else is read and its signature holds', () => {
    const checkpoint = parseCheckpoint(golang.note);
    const key = decodeVerifierKey(sha, golang.key);
    if (!checkpoint || !key) throw new Error('not read');
    expect(checkpoint).toMatchObject({ origin: 'go.sum database tree', size: 20_852_163 });
    const signature = signatureBy(checkpoint, key) ?? new Uint8Array(0);
    expect(verifySignature(key.publicKey, encoder.encode(checkpoint.body), signature)).toBe(true);
    expect(formatCheckpoint(checkpoint.body, key.name, key.keyId, signature)).toBe(golang.note);
  });

  test('L9: the text has origin, size and root, a line each, then the signature', () => {
    const rootText = Buffer.from(root).toString('base64');
    expect(checkpointBody(origin, 42, root)).toBe(`${origin}\n42\n${rootText}\n`);
    expect(note).toMatch(/^keybook\/\w+\n42\n\S{44}\n\n— keybook\/\w+ \S{92}\n$/);
    expect(parseCheckpoint(note)).toMatchObject({ origin, size: 42, root, body: checkpointBody(origin, 42, root) });
  });

  test('L9: more signatures, as of witnesses, do no harm', () => {
    const witnessed = parseCheckpoint(`${note}${golang.note.split('\n')[4]}\n`);
    expect(witnessed?.signatures.map(({ name }) => name)).toEqual([origin, 'sum.golang.org']);
  });

  test.each([
    ['nothing', ''],
    ['no signature', `${checkpointBody(origin, 42, root)}\n`],
    ['no empty line', note.replace('\n\n', '\n')],
    ['no last line end', note.trimEnd()],
    ['one more line end', `${note}\n`],
    ['carriage returns', note.replaceAll('\n', '\r\n')],
    ['a size with a zero before it', note.replace('\n42\n', '\n042\n')],
    ['a size that is no number', note.replace('\n42\n', '\n4x\n')],
    ['a size too large to count with', note.replace('\n42\n', '\n9007199254740993\n')],
    ['a fourth line', note.replace('\n\n', '\nmore\n\n')],
    ['another dash', note.replace('—', '-')],
    ['a root too short', note.replace(/\n\S{44}\n/, '\nAAAA\n')],
    ['no origin', note.slice(origin.length)],
  ])('L9: a text with %s is no checkpoint', (_, text) => {
    expect(parseCheckpoint(text)).toBeUndefined();
  });

  test('L9: no changed character goes unnoticed', () => {
    const key = decodeVerifierKey(sha, signer.publicKey);
    if (!key) throw new Error('no key');
    const character = fc.string({ minLength: 1, maxLength: 1, unit: 'binary' });
    fc.assert(
      fc.property(fc.nat({ max: note.length - 1 }), character, (at, other) => {
        const changed = note.slice(0, at) + other + note.slice(at + 1);
        const checkpoint = parseCheckpoint(changed);
        const signature = checkpoint && signatureBy(checkpoint, key);
        const holds = signature && verifySignature(key.publicKey, encoder.encode(checkpoint.body), signature);
        expect(holds ?? false).toBe(changed === note);
      }),
      { numRuns: 500 },
    );
  });
});

describe('L9: verifier keys', () => {
  test('L9: are read and written in the form of C2SP', () => {
    for (const text of [
      golang.key,
      signer.publicKey,
      'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
    ]) {
      const key = decodeVerifierKey(sha, text);
      expect(key && encodeVerifierKey(sha, key.name, key.publicKey)).toBe(text);
    }
  });

  test('L9: are refused if one character is another', () => {
    const { publicKey } = signer;
    const character = fc.string({ minLength: 1, maxLength: 1, unit: 'binary' });
    fc.assert(
      fc.property(fc.nat({ max: publicKey.length - 1 }), character, (at, other) => {
        const changed = publicKey.slice(0, at) + other + publicKey.slice(at + 1);
        expect(decodeVerifierKey(sha, changed) === undefined).toBe(changed !== publicKey);
      }),
      { numRuns: 500 },
    );
  });
});
