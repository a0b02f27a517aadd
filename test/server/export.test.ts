import { beforeAll, describe, expect, it } from 'vitest';
import type { ListName } from '../../src/server/list/sources.ts';
import { addCustomer, addKey, addUnit, applyTo, logSize, subscription } from '../harness/arrange.ts';
import { byHeader, csvRows, download, xlsxRows } from '../harness/files.ts';
import { signIn } from '../harness/session.ts';
import { type Answer, engines, newWorld } from '../harness/world.ts';

type Item = Answer['body'];

/** Column headers of every file, as people read them. */
const headers: Record<ListName, Record<string, [en: string, de: string]>> = {
  keys: {
    id: ['Internal ID', 'Interne ID'],
    version: ['Version', 'Version'],
    maskedKey: ['License Key (masked)', 'Lizenzschlüssel (maskiert)'],
    product: ['Feature', 'Softwareprodukt'],
    keyType: ['Key Type', 'Schlüsselart'],
    status: ['Status', 'Status'],
    validityStart: ['Validity Start', 'Gültig ab'],
    validityEnd: ['Validity End', 'Gültig bis'],
    seats: ['Seats', 'Plätze'],
    seatsTaken: ['Seats Taken', 'Belegte Plätze'],
    inUse: ['In Use', 'In Gebrauch'],
    code: ['Code', 'Kürzel'],
    serialNumber: ['Serial', 'Seriennummer'],
    activationDate: ['Activation Date', 'Aktivierungsdatum'],
    userName: ['User Name', 'Benutzername'],
    equipment: ['Equipment', 'Gerät'],
    license: ['Associated License', 'Zugehörige Lizenz'],
    customer: ['Customer', 'Kunde'],
    purchaseDate: ['Purchase Date', 'Kaufdatum'],
    termsOfUse: ['Terms of Use', 'Nutzungsbedingungen'],
    remarks: ['Other', 'Sonstiges'],
    'attributes.level': ['Level', 'Stufe'],
    'attributes.weight': ['Weight', 'Gewicht'],
    'attributes.leased': ['Leased', 'Gemietet'],
  },
  assignments: {
    id: ['Internal ID', 'Interne ID'],
    product: ['Feature', 'Softwareprodukt'],
    equipment: ['Equipment', 'Gerät'],
    appliedOn: ['Applied Date', 'Zugewiesen am'],
    appliedBy: ['Applied By', 'Zugewiesen von'],
    userName: ['User Name', 'Benutzername'],
    remarks: ['Remarks', 'Bemerkungen'],
    removedOn: ['Removed Date', 'Entfernt am'],
  },
  equipment: {
    id: ['Internal ID', 'Interne ID'],
    version: ['Version', 'Version'],
    name: ['Name', 'Name'],
    assetTag: ['Asset Tag', 'Inventarnummer'],
    customer: ['Customer', 'Kunde'],
    location: ['Location', 'Standort'],
    status: ['Status', 'Status'],
    keyCount: ['Software Keys', 'Softwareschlüssel'],
  },
  products: {
    id: ['Internal ID', 'Interne ID'],
    name: ['Name', 'Name'],
    freeKeyCount: ['Free Keys', 'Freie Schlüssel'],
  },
  licenses: {
    id: ['Internal ID', 'Interne ID'],
    product: ['Feature', 'Softwareprodukt'],
    quantity: ['Quantity', 'Anzahl'],
    cost: ['Cost', 'Kosten'],
    free: ['Free', 'Frei'],
    archived: ['Archived', 'Archiviert'],
  },
  customers: {
    id: ['Internal ID', 'Interne ID'],
    name: ['Name', 'Name'],
    isHouse: ['Own Organization', 'Eigene Organisation'],
  },
  users: { id: ['Internal ID', 'Interne ID'], email: ['E-mail', 'E-Mail'], role: ['Role', 'Rolle'] },
  audit: {
    idx: ['Internal ID', 'Interne ID'],
    at: ['Action Date', 'Zeitpunkt'],
    group: ['Group', 'Gruppe'],
    action: ['Action', 'Aktion'],
    actor: ['User', 'Benutzer'],
    subject: ['Record', 'Datensatz'],
  },
};

const words: Record<string, [en: string, de: string]> = {
  available: ['Available', 'Verfügbar'],
  applied: ['Applied', 'Zugewiesen'],
  expired: ['Expired', 'Abgelaufen'],
  revoked: ['Revoked', 'Widerrufen'],
  created: ['Created', 'Angelegt'],
  other: ['Other', 'Sonstige'],
  permanent: ['Permanent', 'Unbefristet'],
  subscription: ['Subscription', 'Abonnement'],
  trial: ['Trial', 'Testversion'],
  timeLimited: ['Time-Limited', 'Befristet'],
  inStock: ['In Stock', 'Auf Lager'],
  inService: ['In Service', 'In Betrieb'],
  administrator: ['Administrator', 'Administrator'],
  technician: ['Technician', 'Techniker'],
};

/** What a cell must say of an item of the API. */
function cellOf(item: Item, field: string, german: boolean): string {
  const [, attribute] = field.split('attributes.');
  const ofKey = field === 'product' || field === 'maskedKey' ? item.key?.[field] : undefined;
  const value = attribute ? item.attributes[attribute] : (ofKey ?? item[field]);
  if (field === 'equipment' && item.assignments) return item.assignments.map((a: Item) => a.equipment?.name).join(', ');
  if (typeof value === 'boolean') return (value ? ['Yes', 'Ja'] : ['No', 'Nein'])[+german] ?? '';
  if (typeof value === 'number') return german ? String(value).replace('.', ',') : String(value);
  if (['keyType', 'status', 'role', 'group'].includes(field)) return words[value]?.[+german] ?? '';
  return value?.name ?? value ?? '';
}

describe.each(engines)('files of lists on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin } = world;
  const canary = 'CANARY-7Q2WX-99XYZ-ABCDE-KLMNO';
  let mine = '';
  let unit = '';

  async function define(name: string, kind: string, labelEn: string, labelDe: string): Promise<void> {
    const body = { recordType: 'key', name, kind, labelEn, labelDe };
    expect((await admin('POST', '/attributes', body)).status).toBe(201);
  }

  beforeAll(async () => {
    await define('level', 'text', 'Level', 'Stufe');
    await define('weight', 'number', 'Weight', 'Gewicht');
    await define('leased', 'boolean', 'Leased', 'Gemietet');
    mine = await addCustomer(world, 'Möwe GmbH');
    unit = await addUnit(world, 'LAPTOP-001', { customerId: mine, serialNumber: 'SN-1' });
    const license = { productName: 'Office 2026', quantity: 5, cost: 1299.5, currency: 'EUR', customerId: mine };
    const { body: bought } = await admin('POST', '/licenses', license);
    const attributes = { level: 'Gold', weight: -2.5, leased: true };
    const all = { code: 'MOFF', serialNumber: 'S/1', remarks: 'first\nsecond; "third", fourth', attributes };
    const one = await addKey(world, { licenseKey: canary, customerId: mine, licenseId: bought.id, ...all });
    await applyTo(world, one.id, { equipmentId: unit, userName: 'Anna Öz', remarks: 'desk 4' });
    await addKey(world, {
      customerId: mine,
      seats: 3,
      keyType: 'trial',
      validityStart: '2026-11-01',
      validityEnd: '2026-12-01',
    });
    await addKey(world, { ...subscription('2026-01-31'), attributes: { leased: false, weight: 0.125 } });
    const gone = await addKey(world, { productName: 'Atlas', userName: 'Ben' });
    await admin('POST', `/keys/${gone.id}/revocation`, { reason: 'lost', removeAssignments: true });
  });

  const queries: [ListName, Record<string, string>][] = [
    ['keys', {}],
    ['keys', { sort: '-validityEnd,product', status: 'available,expired', customerId: 'house' }],
    ['keys', { q: 'moff' }],
    ['assignments', { state: 'all', sort: 'product' }],
    ['equipment', { sort: '-name' }],
    ['products', { sort: 'keyCount' }],
    ['licenses', {}],
    ['customers', { sort: '-name' }],
    ['users', {}],
    ['audit', { action: 'created,revoked', sort: 'idx' }],
  ];

  it.each(queries)(
    'X3, A6, K12: the file of %s %j has what the list shows, in both formats and languages',
    async (name, given) => {
      const query = { ...given, ...(given.customerId && { customerId: world.houseId }) };
      const { body: shown } = await admin('GET', `/${name}?${new URLSearchParams({ ...query, limit: '200' })}`);
      expect(shown.items.length).toBe(shown.total);
      expect(shown.total).toBeGreaterThan(0);
      for (const lang of ['en', 'de'] as const) {
        const german = lang === 'de';
        const expected = shown.items.map((item: Item) =>
          Object.fromEntries(
            Object.entries(headers[name]).map(([field, header]) => [header[+german], cellOf(item, field, german)]),
          ),
        );
        const address = `/${name}/export?${new URLSearchParams({ ...query, lang })}`;
        const csv = await download(world, `${address}&format=csv`);
        const xlsx = await download(world, `${address}&format=xlsx`);
        expect([csv.status, xlsx.status]).toEqual([200, 200]);
        const rows = csvRows(csv, german ? ';' : ',');
        expect(byHeader(rows)).toMatchObject(expected);
        expect(rows).toHaveLength(shown.total + 1);
        expect(await xlsxRows(xlsx)).toEqual(rows);
        expect(new Set(rows[0]).size).toBe(rows[0]?.length);
      }
    },
  );

  it('X3: Internal ID and Version come first, then the columns asked for in their order', async () => {
    const file = await download(world, '/keys/export?columns=status,version,attributes.level,licenseId&sort=product');
    expect(csvRows(file)[0]).toEqual(['Internal ID', 'Version', 'Status', 'Level', 'Associated License ID']);
    expect(csvRows(await download(world, '/audit/export'))[0]?.slice(0, 2)).toEqual(['Internal ID', 'Action Date']);
    for (const columns of ['nothing', 'licenseKey', 'cipher', 'attributes.nothing', '', '__proto__']) {
      const { status, body } = await admin('GET', `/keys/export?columns=${columns}`);
      expect([status, body.errors[0].pointer], columns).toEqual([400, '?columns']);
    }
  });

  it('X3: without a language it is the organisation’s; the file has a name and a type, and is not kept by anybody', async () => {
    const file = await download(world, '/equipment/export');
    expect(csvRows(file)[0]?.[2]).toBe('Name');
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="equipment-2026-11-21.csv"');
    expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(file.headers.get('cache-control')).toBe('no-store');
    const xlsx = await download(world, '/keys/export?format=xlsx');
    expect(xlsx.headers.get('content-disposition')).toBe('attachment; filename="keys-2026-11-21.xlsx"');
    expect(xlsx.headers.get('content-type')).toBe('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
  });

  it('X3: a page, a group, another format or language, and a filter of another list are refused', async () => {
    const before = await logSize(world);
    for (const [query, pointer] of [
      ['limit=10', '?limit'],
      ['offset=1', '?offset'],
      ['cursor=x', '?cursor'],
      ['groupBy=status', '?groupBy'],
      ['format=pdf', '?format'],
      ['lang=fr', '?lang'],
      ['assetTag=1', '?assetTag'],
      ['sort=nothing', '?sort'],
    ]) {
      const { status, body } = await admin('GET', `/keys/export?${query}`);
      expect([status, body.errors[0].pointer]).toEqual([400, pointer]);
    }
    expect(await logSize(world)).toBe(before);
  });

  it('X3: an export is recorded with its list, the names of its filters and its rows, before anything leaves', async () => {
    await download(
      world,
      `/keys/export?status=available&q=${canary}&customerId=${mine}&sort=-code&format=xlsx&lang=de`,
    );
    const { body } = await admin('GET', '/audit?action=export.completed&limit=1');
    expect(body.items[0]).toMatchObject({
      subject: 'list:keys',
      sentence: 'Export "keys-2026-11-21.xlsx" made by Ada Admin',
      details: { list: 'keys', format: 'xlsx', language: 'de', sort: '-code', rows: 0 },
    });
    expect(body.items[0].details.filters).toEqual(['status', 'q', 'customerId']);
    await download(world, '/keys/export');
    const { total } = (await admin('GET', '/keys')).body;
    const { body: second } = await admin('GET', '/audit?action=export.completed&limit=1');
    expect(second.items[0].details).toMatchObject({ format: 'csv', filters: [], rows: total });

    const head = await world.database.read.selectFrom('audit_head').select('frontier').executeTakeFirstOrThrow();
    const setHead = (frontier: string) =>
      world.database.transaction((tx) => tx.updateTable('audit_head').set({ frontier }).execute());
    await setHead('damaged');
    const refused = await download(world, '/keys/export');
    await setHead(head.frontier);
    expect([refused.status, refused.headers.get('content-type')]).toEqual([500, 'application/problem+json']);
  });

  it('K16: no license key stands in any file, nor in what is recorded of one', async () => {
    for (const name of Object.keys(headers))
      for (const format of ['csv', 'xlsx'] as const) {
        const file = await download(world, `/${name}/export?format=${format}`);
        expect(file.status, name).toBe(200);
        const text = format === 'csv' ? file.bytes.toString() : JSON.stringify(await xlsxRows(file));
        expect(text).not.toContain(canary.slice(0, 14));
      }
    const logged = await world.database.read.selectFrom('audit_payload').select('body').execute();
    expect(JSON.stringify(logged)).not.toContain(canary.slice(0, 14));
  });

  it('P1, P2: a reader gets what the list shows to that reader: own customers only, people only for those who see them', async () => {
    const technician = await tokenOf('technician', [mine]);
    const call = world.as(technician);
    for (const name of Object.keys(headers)) {
      const page = await call('GET', `/${name}?limit=200`);
      const file = await download(world, `/${name}/export`, { token: technician });
      expect(file.status, name).toBe(page.status);
      if (page.status !== 200) continue;
      const ids = csvRows(file)
        .slice(1)
        .map(([id]) => id);
      expect(ids, name).toEqual(page.body.items.map((item: Item) => String(item.id ?? item.idx)));
      expect(file.bytes.toString()).not.toContain('Atlas');
    }
    expect((await download(world, '/users/export', { token: technician })).status).toBe(403);
    const nothing = await tokenOf('auditor', []);
    expect(csvRows(await download(world, '/keys/export', { token: nothing }))).toHaveLength(1);
    expect((await download(world, '/keys/export', { token: 'wrong' })).status).toBe(401);
  });

  async function tokenOf(role: string, customerIds: string[]): Promise<string> {
    const body = { name: role, role, customerIds, expiresOn: '2027-11-20' };
    return (await world.as(undefined)('POST', '/tokens', body, { cookie: await signIn(world) })).body.token;
  }
});
