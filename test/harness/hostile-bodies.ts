import { z } from 'zod';
import type { Endpoint } from '../../src/contract/endpoint.ts';

/** A request meant to cost the server more than it costs its sender. */
export type HostileRequest = { shape: string; query?: string; body?: string | Uint8Array<ArrayBuffer> };

type JsonSchema = { type?: string; properties?: Record<string, JsonSchema>; anyOf?: JsonSchema[] };

/** The top-level fields of a body. */
function fieldsOf({ body }: Endpoint): string[] {
  if (!body) return [];
  // JSON Schema is what zod makes of the contract's schemas.
  const schema = z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const root = schema.anyOf?.find((part) => part.properties) ?? schema;
  return Object.keys(root.properties ?? {});
}

const many = (count: number, make: (i: number) => string, joint = ','): string =>
  Array.from({ length: count }, (_, i) => make(i)).join(joint);

/** Shapes whatever the endpoint takes. The small ones pass every limit of size. */
function anyBodies(): HostileRequest[] {
  return [
    { shape: '90,000 unknown names', body: `{${many(90_000, (i) => `"n${i}":1`)}}` },
    { shape: '1,300 unknown names', body: `{${many(1300, (i) => `"n${i}":1`)}}` },
    { shape: 'names of control characters', body: `{${many(60, (i) => `"${'\\u0001'.repeat(40)}${i}":1`)}}` },
    { shape: 'one name of 15,000 characters', body: `{"${'\u{1F511}'.repeat(3700)}":1}` },
    { shape: '500,000 nested lists', body: '['.repeat(500_000) },
    { shape: '8,000 nested lists that end', body: `${'['.repeat(8000)}${']'.repeat(8000)}` },
    { shape: '200,000 nested objects', body: '{"a":'.repeat(200_000) },
    { shape: '2,500 nested objects', body: `${'{"a":'.repeat(2500)}1${'}'.repeat(2500)}` },
    { shape: '1,300 times one name', body: `{${many(1300, () => '"a":{}')}}` },
    { shape: 'prototypes', body: '{"__proto__":{"admin":true},"constructor":{"prototype":{}},"toString":1}' },
    { shape: 'no UTF-8', body: new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d]) },
    { shape: 'a million blanks', body: ' '.repeat(1_000_000) },
  ];
}

const values: Record<string, string> = {
  '680 kB of combining marks': `"a${'\u0301'.repeat(340_000)}"`,
  '14 kB of combining marks': `"a${'\u0301'.repeat(7000)}"`,
  '14 kB of marks in turn': `"${'a\u0323\u0307\u0301'.repeat(2000)}"`,
  'a megabyte that grows eighteenfold': `"${'\uFDFA'.repeat(340_000)}"`,
  '14 kB that grow eighteenfold': `"${'\uFDFA'.repeat(4600)}"`,
  'a number beyond all numbers': '1e999',
  'a number of 10,000 digits': '9'.repeat(10_000),
  'a list of 1,500': `[${many(1500, () => '[]')}]`,
  'a list of 200,000': `[${many(200_000, () => '1')}]`,
  'an object of 1,000': `{${many(1000, (i) => `"k${i}":"v"`)}}`,
};

/** Every hostile request an endpoint can be sent; made when its turn comes, since some have a megabyte. */
export function* hostileRequests(endpoint: Endpoint): Generator<HostileRequest> {
  yield { shape: '2,500 unknown parameters', query: many(2500, (i) => `n${i}=1`, '&') };
  yield { shape: '290 unknown parameters', query: many(290, (i) => `${'\u{1F511}'.repeat(4)}${i}=1`, '&') };
  if (endpoint.method === 'GET' || endpoint.bodyType === 'multipart') return;
  yield* anyBodies();
  for (const field of fieldsOf(endpoint))
    for (const [kind, value] of Object.entries(values))
      yield { shape: `${kind} as ${field}`, body: `{"${field}":${value}}` };
}
