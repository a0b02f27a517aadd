import { setImmediate } from 'node:timers/promises';
import { freshLicenseKey } from './arrange.ts';
import { follow, type Provider } from './openid-provider.ts';
import { type Browser, newBrowser } from './real-http.ts';
import { totp } from './totp.ts';
import { type Answer, adminPassword, type World } from './world.ts';

type Ids = Record<string, string>;
type Body = Record<string, unknown> | FormData;

/** Sends a request that must succeed, and answers what came back; the endpoint is noted as one that was told. */
type Say = (endpoint: string, ids?: Ids, body?: Body, headers?: Record<string, string>) => Promise<Answer['body']>;
type Place = { url: string; provider: Provider };
type Records = Awaited<ReturnType<typeof tellRecords>>;
type Telling = Place & { world: World; told: Set<string>; as: (browser: Browser) => Say; token: Say; ada: Say };

const password = 'a long enough password';
const everyKind = ['key', 'equipment', 'license'] as const;

function sayer(call: World['admin'], told: Set<string>): Say {
  return async (endpoint, ids = {}, body, headers = {}) => {
    const [method = '', template = ''] = endpoint.split(' ');
    const path = template.replaceAll(/\{(\w+)\}/g, (_, name) => ids[name] ?? '');
    const { status, body: answer } = await call(method, path, body, { 'if-match': '*', ...headers });
    if (status >= 300) throw new Error(`${endpoint} answered ${status} ${JSON.stringify(answer)}`);
    told.add(endpoint);
    return answer;
  };
}

/**
 * Does everything that can be done over HTTP, each verb at least once and on records that have every field. `url` is where
 * the installation listens, `provider` the one of its single sign-on. Answers which endpoints were told of.
 */
export async function tellEveryVerb(world: World, { url, provider }: Place): Promise<Set<string>> {
  // The first was the setup.
  const told = new Set(['POST /setup']);
  const as = ({ call }: Browser) => sayer(call, told);
  const browser = newBrowser(url);
  const telling = { world, url, provider, told, as, token: sayer(world.admin, told), ada: as(browser) };
  await telling.ada('POST /session', {}, { email: 'ada@nordwind.example', password: adminPassword });
  await tellAttributes(telling);
  const records = await tellRecords(telling);
  await tellKeys(telling, records);
  await tellMoves(telling, records);
  await tellImports(telling);
  await tellPeople(telling, records);
  await tellSecondFactor(telling);
  await tellSingleSignOn(telling);
  await tellHouse(telling);
  await telling.ada('DELETE /session');
  return told;
}

async function tellAttributes({ token }: Telling): Promise<void> {
  const labels = { labelEn: 'English', labelDe: 'Deutsch' };
  for (const recordType of everyKind) {
    const add = (name: string, more: object) => token('POST /attributes', {}, { recordType, name, ...labels, ...more });
    await add('note', { kind: 'text', mask: '' });
    await add('count', { kind: 'number' });
    await add('day', { kind: 'date' });
    await add('flag', { kind: 'boolean' });
    const { id } = await add('size', { kind: 'choice', choices: ['S', 'M'] });
    const more = { labelEn: 'Size', labelDe: 'Größe', choices: ['S', 'M', 'L'], required: true };
    await token('PATCH /attributes/{id}', { id }, more);
    await token('PATCH /attributes/{id}', { id }, { required: false, archived: true });
    await token('PATCH /attributes/{id}', { id }, { archived: false });
    const gone = await add('gone', { kind: 'text' });
    await token('DELETE /attributes/{id}', { id: gone.id });
  }
}

const attributes = { note: 'Ärmel', count: 1.5, day: '2026-02-03', flag: false, size: 'M' };

/** A record of each kind with everything it can have, changed once, and another of each that is deleted again. */
async function tellRecords({ token, world }: Telling) {
  const make = async (list: string, body: Body, change: Body): Promise<string> => {
    const { id } = await token(`POST /${list}`, {}, body);
    const gone = await token(`POST /${list}`, {}, { name: 'Gone' });
    await token(`PATCH /${list}/{id}`, { id }, change);
    await token(`DELETE /${list}/{id}`, { id: gone.id });
    return id;
  };
  const acme = await make('customers', { name: 'Acme', number: 'C-1', contact: 'a@acme.example' }, { number: null });
  const beta: string = (await token('POST /customers', {}, { name: 'Beta', archived: true })).id;
  await token('PATCH /customers/{id}', { id: beta }, { archived: false, contact: 'b@beta.example' });
  await token('POST /customers', {}, { name: 'Former', archived: true });
  await token('POST /products', {}, { name: 'Former', code: 'F', archived: true });
  const product = { name: 'Suite', code: 'S', manufacturer: 'Softworks', website: 'https://softworks.example/1' };
  const productId = await make('products', product, { manufacturer: 'Soft Works', code: null, archived: false });
  const bought = {
    quantity: 5,
    cost: 12.5,
    currency: 'EUR',
    start: '2026-01-01',
    end: '2026-12-31',
    noticeBy: '2026-11-30',
    renewsItself: true,
  };
  const papers = { purchaseDate: '2026-01-02', supplier: 'Dealer', orderNumber: 'O-1', termsOfUse: 'Per\ndevice' };
  const license = { productId, customerId: acme, ...bought, ...papers, attributes };
  const { id: licenseId } = await token('POST /licenses', {}, license);
  const goneLicense = await token('POST /licenses', {}, { productName: 'Brand new' });
  await token('DELETE /licenses/{id}', { id: goneLicense.id });
  const more = {
    invoiceNumber: 'I-1',
    costCenter: 'CC',
    barcode: 'B-1',
    remarks: 'of before',
    cost: 3,
    archived: true,
  };
  await token('POST /licenses', {}, { productId, ...more });
  const changed = { quantity: 6, cost: null, orderNumber: null, attributes: { note: null, count: 2 } };
  await token('PATCH /licenses/{id}', { id: licenseId }, changed);
  const unit = { name: 'LAPTOP-001', serialNumber: 'SN-1', assetTag: 'T-1', location: 'Berlin', attributes };
  const onUnit = { customerId: acme, ...unit, code: 'L1', type: 'Laptop', manufacturer: 'M', model: 'X', remarks: 'r' };
  const unitId = await make('equipment', onUnit, { status: 'inStock', location: null, attributes: { flag: true } });
  await token('PATCH /equipment/{id}', { id: unitId }, { status: 'inService' });
  await token('POST /equipment', {}, { name: 'LAPTOP-003', status: 'retired' });
  const other = await token('POST /equipment', {}, { customerId: acme, name: 'LAPTOP-002', location: 'Bonn' });
  const otherUnitId: string = other.id;
  return { acme, beta, productId, licenseId, unitId, otherUnitId, house: world.houseId };
}

/** The life of keys: made, changed, applied, removed, renewed, revoked, reinstated, replaced, deleted. */
async function tellKeys({ token, ada, world }: Telling, ids: Records): Promise<void> {
  const { productId, licenseId, unitId } = ids;
  const common = { keyType: 'subscription', validityEnd: '2027-01-31', productId };
  const texts = {
    code: 'K',
    serialNumber: 'S-9',
    activationDate: '2026-01-05',
    purchaseDate: '2026-01-04',
    termsOfUse: 'one',
    remarks: 'r',
  };
  const full = {
    ...common,
    ...texts,
    validityStart: '2026-01-01',
    licenseId,
    customerId: ids.acme,
    seats: 4,
    attributes,
  };
  const text = 'AGVsbG8gd29ybGQ-aGVsbG8';
  const add = async (more: object = {}) =>
    (await token('POST /keys', {}, { ...full, licenseKey: freshLicenseKey(), ...more })).id as string;
  const id = await add({ licenseKey: text, userName: 'Anna Berg' });
  const alike = await add({ licenseKey: 'AGVsbG8gd29ybGQ-aGVsbg8', allowSimilarTo: id });
  const batch = [1, 2, 3].map(() => ({ ...common, licenseKey: freshLicenseKey() }));
  const { items } = await token('POST /keys/batch', {}, { keys: batch });
  const batched = items.map((key: { id: string }) => key.id);
  await token(
    'PATCH /keys/{id}',
    { id },
    { code: null, seats: 5, licenseId: null, attributes: { size: null, count: 3 } },
  );
  await token(
    'PATCH /keys/{id}',
    { id: alike },
    { termsOfUse: 'two', productName: 'Renamed', keyType: 'permanent', validityStart: null, validityEnd: null },
  );
  const toUnit = { equipmentId: unitId, userName: 'Carl', remarks: 'on the desk', appliedOn: '2026-11-01' };
  const applied = await token('POST /keys/{id}/assignments', { id }, toUnit);
  await token('PATCH /assignments/{id}', { id: applied.id }, { appliedOn: '2026-11-02', remarks: null });
  const removed = await token('POST /keys/{id}/assignments', { id }, { userName: 'Dora' });
  await token('DELETE /assignments/{id}', { id: removed.id });
  await token('POST /keys/{id}/renewal', { id }, { extendBy: 'P1Y', reference: 'PO 7' });
  await token('POST /renewals', {}, { keyIds: batched, validityEnd: '2028-01-31' });
  await token('POST /keys/{id}/revocation', { id: batched[0] }, { reason: 'Lost' });
  await token('POST /revocations', {}, { keyIds: batched.slice(1), reason: 'Sold' });
  await token('POST /keys/{id}/reinstatement', { id: batched[0] }, { reason: 'Found' });
  const next = await token('POST /keys/{id}/replacement', { id }, { licenseKey: freshLicenseKey(), reason: 'Leaked' });
  await token('POST /keys/{id}/replacement', { id: next.id }, { licenseKey: freshLicenseKey(), reason: 'Again' });
  await token('DELETE /keys/{id}', { id });
  await token('DELETE /keys/{id}', { id: batched[2] });
  await tellDeliveries(token, full);
  await token('POST /keys/lookup', {}, { licenseKey: text });
  await token('POST /keys/{id}/reveal', { id: alike });
  await ada('POST /keys/deep-search', {}, { contains: 'hbG8gd29ybGQ', reason: 'Looking' });
  await ada('POST /keys/export', {}, { reason: 'Moving' });
  await token('POST /audit/export', {}, { keyId: alike });
  world.clock.addDays(1);
}

/** Keys that are no license key: made, and one in the place of another. */
async function tellDeliveries(token: Say, full: Body): Promise<void> {
  const file = (name: string | undefined, text: string) => ({ name, content: Buffer.from(text).toString('base64') });
  const make = async (body: object) => (await token('POST /keys', {}, { ...full, ...body })).id as string;
  const licenseFile = await make({ licenseFile: file('server.lic', 'FEATURE suite 1.0 permanent uncounted') });
  await make({ licenseFile: file(undefined, 'FEATURE tool 1.0\nSIGN=0123456789') });
  const account = await make({ delivery: 'account' });
  await token('POST /keys/{id}/reveal', { id: licenseFile });
  const replace = (id: string, body: object) =>
    token('POST /keys/{id}/replacement', { id }, { reason: 'Delivered otherwise', ...body });
  await replace(account, { licenseFile: file('suite.dat', 'FEATURE suite 2.0 permanent uncounted') });
  await replace(licenseFile, { delivery: 'account' });
}

/** Units change hands with what is on them; all keys of one are taken back, or moved. The log's time is held meanwhile. */
async function tellMoves(
  { token, world, ada }: Telling,
  { beta, house, unitId, otherUnitId, productId }: Records,
): Promise<void> {
  await ada('POST /session', {}, { email: 'ada@nordwind.example', password: adminPassword });
  const key = { licenseKey: freshLicenseKey(), keyType: 'permanent', productId, customerId: house, seats: 9 };
  const { id } = await token('POST /keys', {}, key);
  await token('POST /equipment/{id}/recovery', { id: unitId }, { remarks: 'back' });
  await token('POST /keys/{id}/assignments', { id }, { equipmentId: unitId, userName: 'Emil', remarks: 'stays' });
  await token('POST /equipment/{id}/transfer', { id: unitId }, { toEquipmentId: otherUnitId });
  // Before the entry that was made last: the clock of another server, say.
  later(world, -2);
  await token('PATCH /equipment/{id}', { id: otherUnitId }, { customerId: beta });
  await token('POST /keys/{id}/assignments', { id }, { userName: 'Fred', customerId: beta });
  await token('PATCH /keys/{id}', { id }, { customerId: beta });
}

async function tellImports({ token, world }: Telling): Promise<void> {
  const send = (kind: string, content: string, headers = {}) => {
    const form = new FormData();
    form.set('file', new File([content], 'list.csv'));
    form.set('kind', kind);
    return token('POST /imports', {}, form, headers);
  };
  const [one, other] = ['IMPKE-11111-22222-33333-44444', 'IMPKE-11111-22222-33333-55555'] as const;
  await send('customers', 'Customer,Number\nGamma,G-1\n');
  await send('products', 'Feature,Manufacturer\nImported,Maker\n');
  await send('equipment', 'Equipment,Serial,Customer\nPC-9,SN-9,Gamma\nPC-8,SN-8,Delta\n');
  await send('keys', `License Key,Key Type,Feature,User Name\n${one},Permanent,Imported,Gina\n`);
  await send('licenses', `Feature,Seats,License Key,Order Number\nImported,3,${other},O-9\n`);
  await send('assignments', `License Key,Serial,Applied Date\n${other},SN-9,2026-10-02\n`);
  const long = Array.from({ length: 600 }, (_, i) => `IMPLO-${10_000 + i}-QWERT-YUIOP-ASDFG,Long,User ${i % 9}\n`);
  const { id } = await send('keys', `key,product,user\n${long.join('')}`, { prefer: 'respond-async' });
  for (let done = 0; done === 0; ) {
    await setImmediate();
    done = (await world.admin('GET', `/imports/${id}`)).body.done;
  }
  await token('POST /imports/{id}/cancel', { id });
  await token('POST /imports/{id}/undo', { id });
  const assigned = await send('assignments', `License Key,User Name,Applied Date\n${other},Hugo,2026-10-03\n`);
  await token('POST /imports/{id}/undo', { id: assigned.id });
}

async function tellPeople({ ada, as, url, world }: Telling, { acme, beta }: Records): Promise<void> {
  const email = 'tom@x.example';
  const person = { name: 'Tom', email, role: 'administrator', password, customerIds: [acme], locale: 'de' };
  const { id } = await ada('POST /users', {}, person);
  const tom = as(newBrowser(url));
  await tom('POST /session', {}, { email, password });
  await tom('POST /session/confirmation', {}, { password });
  await tellLimitedVerbs(tom, { acme });
  const mine = await tom('POST /tokens', {}, { name: 'mine', role: 'technician', customerIds: [acme] });
  await tom('POST /tokens', {}, { name: 'ended', role: 'auditor' });
  const view = await tom('POST /views', {}, { list: 'keys', name: 'Free', query: 'status=available' });
  await tom('PATCH /views/{id}', { id: view.id }, { shared: true, name: 'Free ones' });
  const gone = await tom('POST /views', {}, { list: 'keys', name: 'Gone', query: '' });
  await tom('DELETE /views/{id}', { id: gone.id });
  await ada('DELETE /tokens/{id}', { id: mine.id });
  await tom('POST /me/password', {}, { current: password, password: `${password} anew` });
  await tom('DELETE /sessions');
  const again = newBrowser(url);
  await as(again)('POST /session', {}, { email, password: `${password} anew` });
  const { body: sessions } = await again.call('GET', '/sessions');
  await as(again)('DELETE /sessions/{id}', { id: sessions.items[0].id });
  await ada('PATCH /users/{id}', { id }, { name: 'Thomas', role: 'auditor', customerIds: [acme, beta], locale: 'en' });
  await ada('PATCH /users/{id}', { id }, { customerIds: null });
  const link = await ada('POST /users/{id}/identities', { id }, { subject: 'subject-of-tom' });
  await ada('DELETE /users/{id}/identities/{identityId}', { id, identityId: link.id });
  await ada('POST /users/{id}/identities', { id }, { subject: 'another-of-tom' });
  await ada('DELETE /users/{id}/sessions', { id });
  await ada('DELETE /users/{id}', { id });
  await ada('PATCH /users/{id}', { id }, { disabled: false });
  const uma = { name: 'Uma', email: 'uma@x.example', role: 'auditor', customerIds: [beta], locale: 'de' };
  await ada('DELETE /users/{id}', await ada('POST /users', {}, uma));
  world.clock.addDays(1);
}

/** Some of what others did before, in somebody else's name and at another time. */
async function tellLimitedVerbs(tom: Say, { acme }: Ids): Promise<void> {
  const body = { licenseKey: freshLicenseKey(), keyType: 'trial', validityEnd: '2026-12-31', productName: 'Suite' };
  const { id } = await tom('POST /keys', {}, { ...body, customerId: acme, userName: 'Tom himself' });
  await tom('POST /keys/{id}/renewal', { id }, { validityEnd: '2027-03-31', reference: 'PO 8' });
}

/** Sets up a second factor; its secret. */
async function enrol(who: Say, { clock }: World): Promise<string> {
  const { secret } = await who('POST /me/second-factor');
  await who('POST /me/second-factor/confirmation', {}, { code: totp(secret, clock.now()) });
  return secret;
}

async function tellSecondFactor({ ada, as, url, world }: Telling): Promise<void> {
  await ada('POST /session', {}, { email: 'ada@nordwind.example', password: adminPassword });
  const email = 'vera@x.example';
  const { id } = await ada('POST /users', {}, { name: 'Vera', email, role: 'technician', password });
  const vera = as(newBrowser(url));
  await vera('POST /session', {}, { email, password });
  await enrol(vera, world);
  await vera('DELETE /me/second-factor');
  await enrol(vera, world);
  const { recoveryCodes } = await vera('POST /me/recovery-codes');
  await vera('POST /session', {}, { email, password, recoveryCode: recoveryCodes[0] });
  await ada('DELETE /users/{id}/second-factor', { id });
  await vera('POST /session', {}, { email, password });
  await enrol(vera, world);
}

/** A person is led through the provider: once to link the account, then to sign in with it. */
async function tellSingleSignOn({ as, ada, url, provider, world }: Telling): Promise<void> {
  const email = 'wim@x.example';
  await ada('POST /users', {}, { name: 'Wim', email, role: 'technician', password });
  const browser = newBrowser(url);
  const wim = as(browser);
  await wim('POST /session', {}, { email, password });
  const secret = await enrol(wim, world);
  provider.person.subject = 'subject-of-wim';
  await follow(browser, provider, url, (await wim('POST /me/identities')).url);
  browser.forget();
  await follow(browser, provider, url, `${url}/api/v1/session/oidc`);
  await wim('POST /session/code', {}, { code: totp(secret, later(world, 60)) });
  const { body } = await browser.call('GET', '/me/identities');
  await wim('POST /session/confirmation', {}, { password, code: totp(secret, later(world, 30)) });
  await wim('DELETE /me/identities/{id}', { id: body.items[0].id });
}

/** Turns the clock, and says what it shows then. */
function later({ clock }: World, seconds: number): Date {
  clock.set(new Date(clock.now().getTime() + seconds * 1000).toISOString());
  return clock.now();
}

async function tellHouse({ ada, as, url, world }: Telling): Promise<void> {
  const late = { recordType: 'key', name: 'late', kind: 'text', labelEn: 'Late', labelDe: 'Spät', mask: 'AA-99' };
  await ada('POST /attributes', {}, { ...late, required: true, archived: true });
  const email = 'xaver@x.example';
  await ada('POST /users', {}, { name: 'Xaver', email, role: 'technician', password });
  const xaver = as(newBrowser(url));
  await xaver('POST /session', {}, { email, password });
  await enrol(xaver, world);
  const flags = { masterKeyConfirmed: true, techniciansManageKeys: true };
  await ada('PATCH /settings', {}, { organisation: 'Südwind IT', timeZone: 'Europe/Paris', locale: 'de', ...flags });
  await ada('PATCH /settings', {}, { techniciansManageKeys: false });
  await ada('POST /expiry-runs');
  await ada('POST /consistency-checks', {}, { mend: true });
}
