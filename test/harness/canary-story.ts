import type { Credentials, RawAnswer } from './actors.ts';
import { freshLicenseKey } from './arrange.ts';

/** A license key that nothing else contains by chance. */
export const canary = 'CNRYA-QXW4Z-8KTJH-P5VM2-D9G3B';
/** A second one, which the story only sends in files, and a third that is refused wherever it is sent. */
const inFile = 'CNRYB-QXW4Z-8KTJH-P5VM2-D9G3C';
const inBadFile = 'CNRYC-QXW4Z-8KTJH-P5VM2-D9G3D';

/** What no one may find: the middle of it in every spelling and encoding it could be kept in. */
const traces = ['QXW4Z-8KTJH', 'QXW4Z8KTJH', '8KTJH-P5VM2', '8KTJHP5VM2'].flatMap((part) => {
  const bytes = Buffer.from(part);
  const encoded = [0, 1, 2].map((shift) =>
    Buffer.from('x'.repeat(shift) + part)
      .toString('base64')
      .slice(4, 12),
  );
  return [
    part.toLowerCase(),
    bytes.toString('hex'),
    Buffer.from(part, 'utf16le').toString('latin1').toLowerCase(),
    ...encoded,
  ];
});

/** The traces of the license keys in bytes, each at most once. */
export function tracesIn(content: Buffer | string): string[] {
  const text = typeof content === 'string' ? content : content.toString('latin1');
  const lower = text.toLowerCase();
  return traces.filter((trace) => (trace === trace.toLowerCase() ? lower : text).includes(trace));
}

type Sent = { name: string; answer: RawAnswer };
export type Story = { revealing: Sent[]; others: Sent[] };

/** Sends a request and answers its id, however it is answered otherwise. */
type Ask = (method: string, path: string, body?: unknown, headers?: Credentials) => Promise<RawAnswer>;

/**
 * Creates, imports, fails, searches, reveals, replaces and exports license keys, also where they do not belong.
 * `session` was just confirmed; the answers that may hold a license key are apart.
 */
export async function tellCanaryStory(call: (who: 'token' | 'session') => Ask): Promise<Story> {
  const [token, session] = [call('token'), call('session')];
  const story: Story = { revealing: [], others: [] };
  const tell = async (ask: Ask, method: string, path: string, body?: unknown, headers?: Credentials) => {
    const answer = await ask(method, path, body, headers);
    story.others.push({ name: `${method} ${path}`, answer });
    return answer;
  };
  const idIn = ({ text }: RawAnswer): string => JSON.parse(text).id ?? JSON.parse(text).items?.[0]?.id ?? '';
  const body = { licenseKey: canary, keyType: 'subscription', validityEnd: '2027-01-31', productName: 'Office 2026' };
  const id = idIn(await tell(token, 'POST', '/keys', body, { 'idempotency-key': 'story-1' }));
  await tell(token, 'POST', '/keys', body, { 'idempotency-key': 'story-1' });
  await tellRefusals((...args) => tell(token, ...args), id, body);
  await tellImports((...args) => tell(token, ...args));
  await tell(token, 'POST', '/keys/lookup', { licenseKey: canary.toLowerCase() });
  await tell(session, 'POST', '/keys/deep-search', { contains: 'QXW4Z-8KTJH', reason: 'Story' });
  for (const [i, path] of ['/keys', '/assignments', '/equipment', '/audit'].entries())
    await tell(token, 'GET', `${path}?q=${i % 2 === 0 ? canary : canary.toLowerCase()}`);
  for (const path of ['/keys/export', '/keys/export?format=xlsx', `/keys/export?q=${canary}`, '/audit/export'])
    await tell(token, 'GET', path);
  await tell(token, 'POST', `/keys/${id}/renewal`, { extendBy: 'P1Y', reference: 'PO 1' });
  await tell(token, 'POST', `/keys/${id}/assignments`, { userName: 'Anna' });
  story.revealing.push({ name: 'reveal', answer: await token('POST', `/keys/${id}/reveal`) });
  story.revealing.push({ name: 'export', answer: await session('POST', '/keys/export', { reason: 'Story' }) });
  const next = { licenseKey: canary.replace('CNRYA', 'CNRYD'), reason: 'Story' };
  await tell(token, 'POST', `/keys/${id}/replacement`, next);
  await tell(token, 'POST', '/audit/export', { keyId: id });
  await tell(token, 'GET', `/keys/${id}`);
  await tell(token, 'GET', '/audit?limit=200');
  return story;
}

type Tell = (method: string, path: string, body?: unknown, headers?: Credentials) => Promise<RawAnswer>;

/** The license key where it is taken already, malformed, in the wrong field, in a path, a parameter and a header. */
async function tellRefusals(tell: Tell, id: string, body: Record<string, unknown>): Promise<void> {
  await tell('POST', '/keys', body);
  await tell('POST', '/keys/batch', { keys: [body, { ...body, licenseKey: freshLicenseKey() }] });
  await tell('POST', '/keys', { ...body, licenseKey: `${inBadFile}\u0007` });
  await tell('POST', '/keys', { ...body, licenseKey: inBadFile, validityEnd: inBadFile });
  await tell('POST', '/keys', { ...body, licenseKey: inBadFile, keyType: inBadFile });
  await tell('POST', '/keys', { ...body, licenseKey: [inBadFile] });
  await tell('PATCH', `/keys/${id}`, { licenseKey: inBadFile }, { 'if-match': '*' });
  await tell('PATCH', `/keys/${id}`, { code: 'x' }, { 'if-match': inBadFile });
  await tell('GET', `/keys/${inBadFile}`);
  await tell('POST', `/keys/${inBadFile}/reveal`);
  await tell('GET', `/keys?status=${inBadFile}`);
  await tell('GET', `/keys?cursor=${inBadFile}`);
  await tell('GET', `/${inBadFile}`);
  await tell('POST', '/keys', '{"licenseKey": "'.concat(inBadFile));
}

async function tellImports(tell: Tell): Promise<void> {
  const line = (licenseKey: string, end: string) => `${licenseKey},Subscription,${end},Imported`;
  const file = (name: string, lines: string[]) => {
    const form = new FormData();
    const content = ['License Key,Key Type,Validity End,Feature', ...lines].join('\n');
    form.set('file', new File([content], name));
    form.set('kind', 'keys');
    return form;
  };
  await tell('POST', '/imports', file(`${inBadFile}.csv`, [line(inBadFile, 'never'), line(inBadFile, '2027-01-31')]));
  await tell('POST', '/imports', file('keys.csv', [line(inFile, '2027-01-31')]));
  await tell('POST', '/imports', file('keys.csv', [line(inFile, '2027-01-31')]));
  // People name a file after its only key, and a script takes the key for what makes its request one.
  for (const name of [`${inFile}.csv`, `Office ${inFile}`, `C:\\keys\\${inFile.toLowerCase()}.XLSX`]) {
    const headers = { 'idempotency-key': name.replace(' ', '-') };
    await tell('POST', '/imports', file(name, [line(inFile, '2027-01-31')]), headers);
    await tell('POST', '/imports', file(name, [line(inFile, '2027-01-31')]), headers);
  }
}
