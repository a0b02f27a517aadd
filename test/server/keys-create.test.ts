import { describe, expect, it } from 'vitest';
import { createKeyBody } from '../../src/contract/keys.ts';
import { actionsOf, addCustomer, addKey, addLicense, freshLicenseKey, logSize, trailOf } from '../harness/arrange.ts';
import { recordedOf } from '../harness/recorded.ts';
import { engines, newWorld } from '../harness/world.ts';

const permanent = { keyType: 'permanent', productName: 'Office 2026' };

describe.each(engines)('adding keys on %s', async (engine) => {
  const world = await newWorld(engine);
  const count = async () => (await world.admin('GET', '/keys?limit=1')).body.total;

  it.each([
    ['the same', 'VWXYZ-12345-ABCDE-67890-QRSTU', 'VWXYZ-12345-ABCDE-67890-QRSTU'],
    ['lower case', 'CASEE-11111-22222-33333-44444', 'casee-11111-22222-33333-44444'],
    ['no dashes', 'DASHE-11111-22222-33333-44444', 'DASHE11111222223333344444'],
    ['other dashes', 'ENDAS-11111-22222-33333-44444', 'ENDAS–11111—22222−33333‐44444'],
    ['dots and blanks', 'DOTSS-11111-22222-33333-44444', '  DOTSS.11111 22222·33333.44444 '],
    ['full-width letters', 'WIDTH-11111-22222-33333-44444', 'ＷＩＤＴＨ-11111-22222-33333-44444'],
    ['invisible marks', 'ZEROW-11111-22222-33333-44444', 'ZERO\u200bW-11111-22222-33333-44444\ufeff'],
  ])('K4: a second record with the same key is refused with a link: %s', async (_, first, second) => {
    const key = await addKey(world, { licenseKey: first });
    const [keys, entries] = [await count(), await logSize(world)];
    const refused = await world.admin('POST', '/keys', { ...permanent, licenseKey: second });
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      code: 'license_key_taken',
      title: 'The license key must be unique!',
      existing: { type: 'key', id: key.id },
      errors: [{ pointer: '/licenseKey', code: 'license_key_taken' }],
    });
    expect(JSON.stringify(refused.body)).not.toContain(first);
    // That one was told so is recorded.
    expect([await count(), await logSize(world)]).toEqual([keys, entries + 1]);
    expect((await recordedOf(world, `key:${key.id}`)).at(-1)?.action).toBe('key.lookedUp');
  });

  it('K4: the key is refused whatever the status of the record that has it', async () => {
    const key = await addKey(world);
    const licenseKey = freshLicenseKey();
    const revoked = await addKey(world, { licenseKey });
    await world.admin('POST', `/keys/${revoked.id}/revocation`, { reason: 'Lost' });
    const refused = await world.admin('POST', '/keys', { ...permanent, licenseKey });
    expect(refused.body).toMatchObject({ code: 'license_key_taken', existing: { id: revoked.id } });
    expect(key.id).not.toBe(revoked.id);
  });

  it('K4, P2: a record outside my customers is not linked', async () => {
    const north = await addCustomer(world, 'Nordwerk');
    const south = await addCustomer(world, 'Südwerk');
    const licenseKey = freshLicenseKey();
    await addKey(world, { licenseKey, customerId: south });
    const limited = await world.tokenFor('administrator', [north]);
    const refused = await limited('POST', '/keys', { ...permanent, licenseKey, customerId: north });
    expect(refused.status).toBe(409);
    expect(refused.body.code).toBe('license_key_taken');
    expect(refused.body.existing).toBeUndefined();
  });

  it('K4: an administrator records that a key spelled alike is another one, and that is in the log', async () => {
    const first = await addKey(world, { licenseKey: 'aGVsbG8gd29ybGQ-aGVsbG8' });
    const second = await addKey(world, { licenseKey: 'AGVsbG8gd29ybGQ-aGVsbG8', allowSimilarTo: first.id });
    const [created] = await trailOf(world, second.id);
    expect(created).toMatchObject({ action: 'key.created', details: { allowSimilarTo: first.id } });
    const third = await world.admin('POST', '/keys', { ...permanent, licenseKey: 'AGVSBG8gd29ybGQ-aGVsbG8' });
    expect(third.body.code).toBe('license_key_taken');
    const same = { ...permanent, licenseKey: 'aGVsbG8gd29ybGQ-aGVsbG8', allowSimilarTo: first.id };
    expect((await world.admin('POST', '/keys', same)).body).toMatchObject({
      code: 'license_key_taken',
      existing: { id: first.id },
    });
    const stranger = { ...permanent, licenseKey: 'AGVSBG8GD29YBGQ-AGVSBG8', allowSimilarTo: (await addKey(world)).id };
    expect((await world.admin('POST', '/keys', stranger)).status).toBe(404);
  });

  it('K4: twenty keys may be spelled alike, by one or many at a time; a look-up answers all of them', async () => {
    const spelling = (n: number) =>
      [...'RSTUVWXY-ABCDEFGH'].map((letter, i) => ((n >> i) & 1 ? letter.toLowerCase() : letter)).join('');
    const first = await addKey(world, { licenseKey: spelling(0) });
    const alike = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => ({
        ...permanent,
        licenseKey: spelling(from + i),
        allowSimilarTo: first.id,
      }));
    const batch = (keys: unknown[]) => world.admin('POST', '/keys/batch', { keys });
    const refusal = {
      code: 'invalid',
      detail: expect.stringContaining('20 keys'),
      errors: [{ code: 'too_many_alike', params: { max: 20 } }],
    };
    const { body: refused } = await batch(alike(1, 25));
    expect(refused).toMatchObject({ ...refusal, errors: [{ ...refusal.errors[0], pointer: '/keys/19/licenseKey' }] });
    const made = (await batch(alike(1, 19))).body.items;
    expect(made).toHaveLength(19);
    expect((await world.admin('POST', '/keys', alike(30, 1)[0])).body).toMatchObject(refusal);
    const replaced = await addKey(world);
    const { productName: _, keyType: __, ...replacement } = { reason: 'lost', ...alike(31, 1)[0] };
    expect((await world.admin('POST', `/keys/${replaced.id}/replacement`, replacement)).body).toMatchObject(refusal);
    const found = await world.admin('POST', '/keys/lookup', { licenseKey: spelling(7) });
    expect(found.body.items).toHaveLength(20);
    // The one of that very spelling is named.
    const again = await world.admin('POST', '/keys', { ...permanent, licenseKey: spelling(9) });
    expect(again.body).toMatchObject({ code: 'license_key_taken', existing: { id: made[8].id } });
  });

  it('K4: of parallel requests for one key in different spellings exactly one succeeds', async () => {
    const licenseKey = freshLicenseKey();
    const spellings = [licenseKey, licenseKey.toLowerCase(), licenseKey.replaceAll('-', ' '), ` ${licenseKey}`];
    const answers = await Promise.all(
      spellings.map((spelling) => world.admin('POST', '/keys', { ...permanent, licenseKey: spelling })),
    );
    const [winner, ...others] = answers.toSorted((a, b) => a.status - b.status);
    expect(others.map(({ body }) => [body.code, body.existing?.id])).toEqual(
      others.map(() => ['license_key_taken', winner?.body.id]),
    );
    expect(winner?.status).toBe(201);
  });

  it('K4: what was cleaned or looks odd is a warning, control characters are refused', async () => {
    const cleaned = await addKey(world, { licenseKey: ' WARN\u200b1-22222-33333-44444-ÄÖÜ55 ' });
    expect(cleaned.warnings).toEqual([
      {
        code: 'stripped_invisible',
        pointer: '/licenseKey',
        detail: expect.stringContaining('U+200B'),
        params: { names: 'U+200B' },
      },
      { code: 'stripped_blanks', pointer: '/licenseKey', detail: expect.any(String) },
      {
        code: 'non_ascii',
        pointer: '/licenseKey',
        detail: expect.stringContaining('U+00C4'),
        params: { names: expect.stringContaining('U+00C4') },
      },
    ]);
    for (const licenseKey of ['AB\tCDE-12345', 'ABCDE\n12345', 'AB\u0000CD-12345', '•••••-12345'])
      expect((await world.admin('POST', '/keys', { ...permanent, licenseKey })).status).toBe(400);
  });

  it('K14: lines that repeat, are recorded already or are malformed show at once, and nothing is saved', async () => {
    const known = freshLicenseKey();
    await addKey(world, { licenseKey: known });
    const fresh = freshLicenseKey();
    const [keys, entries] = [await count(), await logSize(world)];
    const keysOf = (...texts: string[]) => ({ keys: texts.map((licenseKey) => ({ ...permanent, licenseKey })) });
    const repeated = await world.admin('POST', '/keys/batch', keysOf(fresh, fresh.toLowerCase(), known));
    expect(repeated.body).toMatchObject({
      code: 'license_key_taken',
      errors: [
        { pointer: '/keys/1/licenseKey', code: 'repeated' },
        { pointer: '/keys/2/licenseKey', code: 'license_key_taken' },
      ],
    });
    const malformed = await world.admin('POST', '/keys/batch', keysOf('a\tb', freshLicenseKey(), '---'));
    expect(malformed.body.errors.map((fault: { pointer: string }) => fault.pointer)).toEqual([
      '/keys/0/licenseKey',
      '/keys/2/licenseKey',
    ]);
    const late = { keys: [...keysOf(fresh).keys, { ...permanent, licenseKey: freshLicenseKey(), customerId: 'none' }] };
    expect((await world.admin('POST', '/keys/batch', late)).status).toBe(404);
    // That one of them is recorded already was told, and so stands in the log.
    expect([await count(), await logSize(world)]).toEqual([keys, entries + 1]);
  });

  it('K14: a rehearsal judges everything and saves nothing; the real one saves all in one batch', async () => {
    const keys = [freshLicenseKey(), ` ${freshLicenseKey()}`].map((licenseKey) => ({ ...permanent, licenseKey }));
    const before = [await count(), await logSize(world)];
    const rehearsal = await world.admin('POST', '/keys/batch?dryRun=true', { keys });
    expect(rehearsal.status).toBe(201);
    expect(rehearsal.body).toMatchObject({ dryRun: true, items: [], warnings: [{ pointer: '/keys/1/licenseKey' }] });
    expect([await count(), await logSize(world)]).toEqual(before);
    const made = await world.admin('POST', '/keys/batch', { keys });
    expect(made.body.items.map((key: { maskedKey: string }) => key.maskedKey.slice(-5))).toEqual(
      keys.map(({ licenseKey }) => licenseKey.slice(-5)),
    );
    for (const { id } of made.body.items)
      expect(await trailOf(world, id)).toMatchObject([{ action: 'key.created', details: { batch: made.body.batch } }]);
  });

  it('K6: a duplicate can be made of what GET answers, all but the license key', async () => {
    const licenseId = await addLicense(world);
    const original = await addKey(world, {
      productName: 'Photo Studio',
      keyType: 'timeLimited',
      validityStart: '2026-11-01',
      validityEnd: '2027-03-31',
      seats: 3,
      code: 'PHOTO',
      serialNumber: 'SN-77',
      activationDate: '2026-11-02',
      licenseId,
      customerId: await addCustomer(world, 'Studio'),
      purchaseDate: '2026-10-30',
      remarks: 'First\nsecond line',
      userName: 'Anna Berg',
    });
    const { body: seen } = await world.admin('GET', `/keys/${original.id}`);
    const fields = Object.keys(createKeyBody.shape).filter(
      (name) => !['licenseKey', 'allowSimilarTo', 'productId', 'productName'].includes(name),
    );
    expect(fields.filter((name) => !(name in seen))).toEqual([]);
    expect(seen.inherited).toEqual(['termsOfUse']);
    const own = fields.filter((name) => !seen.inherited.includes(name));
    const form = Object.fromEntries(own.map((name) => [name, seen[name]]));
    const duplicate = await addKey(world, { ...form, productId: seen.product.id });
    const shown = ({ id, maskedKey, assignments, ...rest }: typeof seen) => rest;
    expect(shown(duplicate)).toEqual(shown(seen));
    expect(duplicate.id).not.toBe(original.id);
  });

  it('Idempotency: a repeated creation answers the same and has one effect, another body is refused', async () => {
    const body = { ...permanent, licenseKey: ` ${freshLicenseKey()}` };
    const before = await count();
    const headers = { 'idempotency-key': 'create-1' };
    const first = await world.admin('POST', '/keys', body, headers);
    const again = await world.admin('POST', '/keys', body, headers);
    expect(first.status).toBe(201);
    expect([again.status, again.body]).toEqual([first.status, first.body]);
    expect(await count()).toBe(before + 1);
    expect(await actionsOf(world, first.body.id)).toEqual(['key.created']);
    const other = await world.admin('POST', '/keys', { ...body, remarks: 'other' }, headers);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  it('Idempotency: a request of 0.1.0, which noted the Idempotency-Key as it came, is repeated all the same', async () => {
    const body = { ...permanent, licenseKey: freshLicenseKey() };
    const headers = { 'idempotency-key': 'create-before-upgrade' };
    const first = await world.admin('POST', '/keys', body, headers);
    await world.database.transaction(async (tx) => {
      const latest = tx.selectFrom('idempotency').select('body_mac').orderBy('created_at', 'desc').limit(1);
      const { body_mac } = await latest.executeTakeFirstOrThrow();
      const row = tx.updateTable('idempotency').where('body_mac', '=', body_mac);
      await row.set({ key: headers['idempotency-key'] }).execute();
    });
    const again = await world.admin('POST', '/keys', body, headers);
    expect([again.status, again.body]).toEqual([first.status, first.body]);
  });

  it('Idempotency: parallel repetitions of one creation have one effect (security 33)', async () => {
    const body = { ...permanent, licenseKey: freshLicenseKey() };
    const before = await count();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => world.admin('POST', '/keys', body, { 'idempotency-key': 'create-2' })),
    );
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(await count()).toBe(before + 1);
  });
});
