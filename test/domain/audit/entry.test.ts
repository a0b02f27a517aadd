import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actionsOfGroup, auditActions, auditGroup, auditGroups } from '../../../src/domain/audit/actions.ts';
import { decodeBase64, decodeBase64Url, encodeBase64, encodeBase64Url } from '../../../src/domain/audit/base64.ts';
import { type AuditEntry, commitmentInput, decodeHeader, encodeHeader } from '../../../src/domain/audit/entry.ts';
import { sha } from '../../audit-vectors/build-log.ts';

const text = fc.string({ unit: 'binary', maxLength: 20 });
const index = fc.maxSafeNat();
const entry: fc.Arbitrary<AuditEntry> = fc.record({
  a: fc.constantFrom(...auditActions),
  c: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(encodeBase64Url),
  e: fc.option(text),
  i: index,
  k: fc.option(text),
  o: fc.option(text),
  p: fc.option(index),
  pe: fc.option(index),
  s: text,
  t: fc
    .date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  u: text,
  v: fc.constant(1),
});

const example: AuditEntry = {
  a: 'key.applied',
  c: 'A'.repeat(43),
  e: null,
  i: 7,
  k: 'k1',
  o: null,
  p: 3,
  pe: null,
  s: 'key:k1',
  t: '2026-11-21T17:42:03.123Z',
  u: 'user:u1',
  v: 1,
};

describe('L9: the header of an entry', () => {
  test('L9: is the canonical JSON of RFC 8785', () => {
    fc.assert(
      fc.property(entry, (one) => void expect(encodeHeader(one)).toBe(canonicalize(one))),
      { numRuns: 1000 },
    );
  });

  test('L9: is so whatever the order of the fields', () => {
    const reversed = Object.fromEntries(Object.entries(example).reverse());
    expect(encodeHeader({ ...example, ...reversed })).toBe(canonicalize(example));
    expect(encodeHeader(example)).toBe(
      `{"a":"key.applied","c":"${'A'.repeat(43)}","e":null,"i":7,"k":"k1","o":null,"p":3,"pe":null,"s":"key:k1","t":"2026-11-21T17:42:03.123Z","u":"user:u1","v":1}`,
    );
  });

  test('L9: comes back from its text', () => {
    fc.assert(fc.property(entry, (one) => void expect(decodeHeader(encodeHeader(one))).toEqual(one)));
  });

  test('L9: is refused in any other spelling', () => {
    const good = encodeHeader(example);
    const bad = [
      '',
      'null',
      '[]',
      '{}',
      good.slice(0, -1),
      `${good} `,
      good.replace('"i":7', '"i":7.0'),
      good.replace('"i":7', '"i":-7'),
      good.replace('"i":7', '"i":7e0'),
      good.replace('"i":7', '"i":9007199254740993'),
      good.replace('"k1"', '"\\u006b1"'),
      good.replace('"v":1', '"v":2'),
      good.replace('"v":1', '"v":1,"w":1'),
      good.replace('"p":3,"pe":null', '"pe":null,"p":3'),
      good.replace('"e":null', '"e":1'),
      good.replace('.123Z', 'Z'),
      good.replace('AAA"', 'AA"'),
      good.replace('"user:u1"', '"\ud800"'),
      good.replace('"user:u1"', '"\\ud800"'),
    ];
    expect(bad.filter((one) => decodeHeader(one) !== undefined)).toEqual([]);
    expect(decodeHeader(good)).toEqual(example);
  });

  test('L9: is not made from half a surrogate pair, which has no bytes', () => {
    expect(() => encodeHeader({ ...example, s: '\ud800' })).toThrow();
  });
});

describe('L9: the commitment', () => {
  test('L9: is to prefix, salt and body, in that order', () => {
    const salt = sha(Buffer.from('salt'));
    const expected = Buffer.concat([Buffer.from('keybook-audit-payload-v1\0'), salt, Buffer.from('{"ü":1}')]);
    expect(Buffer.from(commitmentInput(salt, '{"ü":1}'))).toEqual(expected);
  });
});

describe('L9: base64', () => {
  test('L9: is that of Node, both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const buffer = Buffer.from(bytes);
        expect(encodeBase64(bytes)).toBe(buffer.toString('base64'));
        expect(encodeBase64Url(bytes)).toBe(buffer.toString('base64url'));
        expect(decodeBase64(buffer.toString('base64'))).toEqual(bytes);
        expect(decodeBase64Url(buffer.toString('base64url'))).toEqual(bytes);
      }),
    );
  });

  test('L9: has one spelling for the same bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ABgwQz019+/-_= \n') }), (one) => {
        const [padded, url] = [decodeBase64(one), decodeBase64Url(one)];
        expect(padded === undefined || encodeBase64(padded) === one).toBe(true);
        expect(url === undefined || encodeBase64Url(url) === one).toBe(true);
      }),
      { numRuns: 2000 },
    );
    for (const one of ['A', 'AB', 'AA=', 'é', '====', 'AAA+']) expect(decodeBase64Url(one)).toBeUndefined();
    for (const one of ['AA', 'AB==', 'AA=A', 'A===', '====', 'AAA-']) expect(decodeBase64(one)).toBeUndefined();
  });
});

describe('L3: the groups of actions', () => {
  test('L3: every action stands in exactly one group', () => {
    expect(auditGroups.flatMap(actionsOfGroup).toSorted()).toEqual(auditActions.toSorted());
    expect(new Set(auditActions).size).toBe(auditActions.length);
  });

  test('L3: the four groups of the guide hold what they are named for, and removing is a revoking', () => {
    expect(auditGroups.slice(0, 4).map(actionsOfGroup)).toEqual([
      ['key.created'],
      ['key.applied'],
      ['key.removed', 'key.revoked'],
      ['key.expired'],
    ]);
    expect(auditGroup('equipment.created')).toBe('other');
  });
});
