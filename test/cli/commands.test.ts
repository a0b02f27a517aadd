import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from '../harness/command-line.ts';
import { ask, type Ended, type Installation, install, keybook, newFolder } from '../harness/process.ts';

const keyTexts = ['AAAAA-BBBBB-CCCCC-DDDDD-11111', 'AAAAA-BBBBB-CCCCC-DDDDD-22222', 'AAAAA-BBBBB-CCCCC-DDDDD-33333'];

describe('commands through the server', () => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await install();
  });
  /** A command in this process; one of each kind is a process of its own, as people start it. */
  const run = (args: string[], input = ''): Promise<Ended> => commandLine(args, installation.env, input);
  const started = (args: string[], input = ''): Promise<Ended> => keybook(args, installation.env, input);
  const json = async (args: string[], input = '') => {
    const ended = await run([...args, '--json'], input);
    expect(ended.status, ended.stderr).toBe(0);
    return JSON.parse(ended.stdout);
  };

  it('K14: keys add reads one key a line, all or none, and shows masks only', async () => {
    const options = [
      '--product',
      'Microsoft Office 365',
      '--type',
      'subscription',
      '--start',
      '2026-01-01',
      '--end',
      '2035-12-31',
    ];
    const rehearsed = await run(['keys', 'add', ...options, '--dry-run'], keyTexts.join('\n'));
    expect(rehearsed).toMatchObject({ status: 0, stdout: '', stderr: '3 keys can be added. Nothing was saved.\n' });
    const faulty = `${keyTexts[0]}\n\n${keyTexts[0]?.toLowerCase()}\n•••••-11111\n`;
    const refused = await started(['keys', 'add', ...options], faulty);
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toContain('Nothing was saved');
    expect(refused.stderr).toContain('line 4: ');
    expect((await json(['keys', 'list'])).total).toBe(0);

    const file = join(newFolder(), 'keys.txt');
    writeFileSync(file, `\uFEFF${keyTexts.join('\r\n')}\r\n`);
    const added = await started(['keys', 'add', file, ...options]);
    expect(added.status).toBe(0);
    expect(added.stderr).toBe('3 keys added.\n');
    expect(added.stdout.match(/•••••-•••••-•••••-•••••-\d{5}/g)).toHaveLength(3);
    for (const text of keyTexts) expect(added.stdout + added.stderr).not.toContain(text);
    const twice = await run(['keys', 'add', ...options], `NEW-1\n${keyTexts[1]}\n`);
    expect(twice.status).toBe(1);
    expect(twice.stderr).toContain('line 2: The license key must be unique!');
    expect((await json(['keys', 'list'])).total).toBe(3);
  });

  it('E1: equipment add and list', async () => {
    for (const [name, serial, tag] of [
      ['LAPTOP-001', 'C02XL0GYJGH5', 'A-1'],
      ['LAPTOP-002', 'C02XL0GYJGH6', 'A-2'],
    ])
      await json([
        'equipment',
        'add',
        name ?? '',
        '--serial',
        serial ?? '',
        '--asset-tag',
        tag ?? '',
        '--customer',
        'nordwind it',
      ]);
    const list = await started(['equipment', 'list', '--search', 'laptop-001']);
    expect(list.stdout).toMatch(/LAPTOP-001 +C02XL0GYJGH5 +A-1 +Nordwind IT +inService +0\n$/);
    expect(list.stderr).toBe('1 of 1\n');
    const twice = await run(['equipment', 'add', 'OTHER', '--serial', 'c02xl0gyjgh5']);
    expect(twice.status).toBe(1);
    expect((await started(['equipment', 'add', 'OTHER', '--status', 'lost'])).status).toBe(2);
  });

  it('A1: keys apply names the key by its last characters and the unit by serial, asset tag or name', async () => {
    const applied = await run(['keys', 'apply', '11111', '--equipment', 'C02XL0GYJGH5', '--remarks', 'spare']);
    expect(applied).toMatchObject({ status: 0, stderr: '•••••-•••••-•••••-•••••-11111 is applied to LAPTOP-001.\n' });
    expect((await json(['keys', 'apply', '•••••-22222', '--equipment', 'a-1'])).equipment.name).toBe('LAPTOP-001');
    const taken = await run(['keys', 'apply', '11111', '--equipment', 'laptop-002']);
    expect(taken.status).toBe(1);
    expect(taken.stderr).toContain('LAPTOP-001');
    expect(taken.stderr).toMatch(/next free key: \S+ •••••-•••••-•••••-•••••-33333/);
    const user = await json(['keys', 'apply', '33333', '--user', 'Anna Berg', '--date', '2026-11-02']);
    expect(user).toMatchObject({ userName: 'Anna Berg', appliedOn: '2026-11-02' });
    expect((await run(['keys', 'apply', '33333'])).status).toBe(2);
    const whose = await run(['keys', 'apply', '33333', '--user', 'Anna', '--customer', 'nobody of ours']);
    expect(whose).toMatchObject({ status: 1, stderr: expect.stringContaining('There is no customer nobody of ours') });
    const list = await run(['keys', 'list', '--status', 'applied', '--sort', 'maskedKey']);
    expect(list.stdout).toMatch(/11111 .* applied .* 1\/1 +LAPTOP-001\n.*22222 .* LAPTOP-001\n.*33333 .* Anna Berg\n$/);
    expect((await run(['keys', 'list', '--group-by', 'status'])).stdout).toBe('      3  applied\n');
  });

  it('A7: keys remove frees the seat; where the key is on several, it asks which', async () => {
    expect(await run(['keys', 'remove', '33333'])).toMatchObject({ status: 0, stdout: '' });
    const again = await run(['keys', 'remove', '33333']);
    expect(again).toMatchObject({ status: 1, stderr: 'keybook: The key is not applied there.\n' });
    await json(['keys', 'add', '--product', 'Volume', '--seats', '5'], 'VOLUM-AAAAA-BBBBB-CCCCC-55555\n');
    await json(['keys', 'apply', '55555', '--user', 'Anna']);
    await json(['keys', 'apply', '55555', '--equipment', 'LAPTOP-002']);
    const which = await run(['keys', 'remove', '55555']);
    expect(which.status).toBe(1);
    expect(which.stderr).toContain('Anna');
    expect(await run(['keys', 'remove', '55555', '--user', 'Anna'])).toMatchObject({ status: 0 });
  });

  it('C5: keys renew takes several, by a day or a period', async () => {
    const done = await json(['keys', 'renew', '11111', '22222', '--by', 'P1Y', '--reference', 'PO-7']);
    expect(done.items.map((key: { validityEnd: string }) => key.validityEnd)).toEqual(['2036-12-31', '2036-12-31']);
    const day = await json(['keys', 'renew', '33333', '--until', '2037-06-30']);
    expect(day.items[0].validityEnd).toBe('2037-06-30');
    expect((await run(['keys', 'renew', '33333'])).status).toBe(2);
    expect((await run(['keys', 'renew', '33333', '--until', '2030-01-01'])).status).toBe(1);
  });

  it('A11: equipment transfer and recover', async () => {
    const moved = await run(['equipment', 'transfer', 'LAPTOP-001', 'LAPTOP-002']);
    expect(moved).toMatchObject({ status: 0, stderr: '2 keys moved from LAPTOP-001 to LAPTOP-002.\n' });
    const recovered = await run(['equipment', 'recover', 'LAPTOP-002']);
    expect(recovered).toMatchObject({ status: 0, stderr: '3 keys recovered from LAPTOP-002.\n' });
  });

  it('C6: keys revoke says what holds the key, or removes it too', async () => {
    await json(['keys', 'apply', '22222', '--user', 'Anna']);
    const held = await run(['keys', 'revoke', '22222', '--reason', 'lost']);
    expect(held.status).toBe(1);
    expect(held.stderr).toContain('Anna');
    const done = await json(['keys', 'revoke', '22222', '--reason', 'lost', '--remove-assignments']);
    expect(done.items[0]).toMatchObject({ status: 'revoked', seatsTaken: 0 });
  });

  it('C7: keys replace reads the new key from standard input', async () => {
    const secret = 'FFFFF-BBBBB-CCCCC-DDDDD-77777';
    const none = await run(['keys', 'replace', '33333', '--reason', 'refreshed'], '\n');
    expect(none.status).toBe(2);
    const done = await started(['keys', 'replace', '33333', '--reason', 'refreshed by vendor'], `${secret}\n`);
    expect(done).toMatchObject({ status: 0, stderr: expect.stringContaining('is revoked, and replaced by') });
    expect(done.stdout + done.stderr).not.toContain(secret);
  });

  it('K16: keys reveal prints the license key alone, and that is recorded; no license key is taken as an argument', async () => {
    const revealed = await started(['keys', 'reveal', '77777']);
    expect(revealed).toMatchObject({ status: 0, stdout: 'FFFFF-BBBBB-CCCCC-DDDDD-77777\n' });
    const log = await ask(installation, 'GET', '/audit?action=key.revealed');
    expect(log.body.total).toBe(1);
    const whole = await run(['keys', 'reveal', 'FFFFF-BBBBB-CCCCC-DDDDD-77777']);
    expect(whole).toMatchObject({ status: 2, stdout: '' });
    const unknown = await run(['keys', 'reveal', '99999']);
    expect(unknown).toMatchObject({ status: 1, stdout: '' });
  });

  it('K19: keys lookup reads the license key from standard input, and finds it in any spelling', async () => {
    const found = await run(['keys', 'lookup'], 'fffff bbbbb ccccc ddddd 77777\n');
    expect(found).toMatchObject({ status: 0, stdout: expect.stringContaining('•••••-77777') });
    expect(found.stdout.toUpperCase()).not.toContain('FFFFF');
    const none = await run(['keys', 'lookup'], 'FFFFF-BBBBB-CCCCC-DDDDD-77778\n');
    expect(none).toMatchObject({ status: 1, stderr: 'keybook: No key that you may see has this license key.\n' });
    expect((await run(['keys', 'lookup'], '\n')).status).toBe(2);
  });

  it('house: a name that fits several keys is refused with their ids', async () => {
    await json(['keys', 'add', '--product', 'Office', '--code', 'MOFF'], 'MOFF-1\nMOFF-2\n');
    const several = await run(['keys', 'reveal', 'moff']);
    expect(several.status).toBe(1);
    expect(several.stderr.match(/^ {2}[0-9a-f-]{36} /gm)).toHaveLength(2);
    const list = await json(['keys', 'list', '--filter', 'code=MOFF', 'product=Office', '--limit', '1']);
    expect(list).toMatchObject({ total: 2, items: [{ code: 'MOFF' }] });
    expect(await run(['keys', 'reveal', list.items[0].id])).toMatchObject({ status: 0 });
  });

  it('X1: import shows what would be created, names faulty rows, and creates', async () => {
    const file = join(newFolder(), 'devices.csv');
    writeFileSync(file, 'name;serialNumber;assetTag\nPC-1;S-1;T-1\nPC-2;S-1;T-2\n');
    const faulty = await run(['import', file, '--kind', 'equipment']);
    expect(faulty.status).toBe(1);
    expect(faulty.stdout + faulty.stderr).toMatch(/line 3/i);
    writeFileSync(file, 'name;serialNumber;assetTag\nPC-1;S-1;T-1\nPC-2;S-2;T-2\n');
    const rehearsed = await run(['import', file, '--kind', 'equipment', '--dry-run']);
    expect(rehearsed).toMatchObject({ status: 0, stdout: expect.stringContaining('2 units would be created') });
    const done = await started(['import', file, '--kind', 'equipment']);
    expect(done).toMatchObject({ status: 0, stdout: expect.stringContaining('2 units created') });
    expect((await json(['equipment', 'list', '--search', 'pc-'])).total).toBe(2);
    expect((await run(['import', file, '--kind', 'cats'])).status).toBe(2);
    expect((await run(['import', `${file}.none`, '--kind', 'keys'])).status).toBe(2);
  });

  it('api: --json shows a refusal as the problem the server answered', async () => {
    const refused = await started(['keys', 'list', '--filter', 'nonsense=1', '--json']);
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(JSON.parse(refused.stderr)).toMatchObject({ status: 400, code: 'invalid' });
    const stranger = await keybook(['keys', 'list'], { ...installation.env, KEYBOOK_TOKEN: 'keybook_x' });
    expect(stranger).toMatchObject({ status: 1, stdout: '' });
  });

  it('S21: a value with a comma is one value: of a filter, a customer, a unit', async () => {
    await ask(installation, 'POST', '/customers', { name: 'Berg, Anna GmbH' });
    const product = ['--product', 'Suite, Pro', '--type', 'permanent'];
    const { items: keys } = await json(['keys', 'add', ...product], 'AAAAA-BBBBB-CCCCC-DDDDD-44444\n');
    for (const name of ['Desk, left', 'Desk'])
      await json(['equipment', 'add', name, '--customer', 'Berg, Anna GmbH', '--location', `${name}, 2`]);
    const units = async (...args: string[]) =>
      (await json(['equipment', 'list', ...args])).items.map(({ name }: { name: string }) => name).toSorted();
    expect(await units('--customer', 'Berg, Anna GmbH')).toEqual(['Desk', 'Desk, left']);
    expect(await units('--filter', 'location=Desk\\, left\\, 2')).toEqual(['Desk, left']);
    expect(await units('--filter', 'name=Desk', '--filter', 'name=Desk\\, left')).toEqual(['Desk', 'Desk, left']);
    const applied = await run(['keys', 'apply', keys[0].id, '--equipment', 'Desk, left']);
    expect(applied).toMatchObject({ status: 0 });
    const made = ['user', 'create', '--name', 'Only', '--email', 'only@nordwind.example', '--role', 'auditor'];
    const ended = await started(
      [...made, '--customers', 'Berg\\, Anna GmbH', '--password-stdin'],
      'correct horse battery staple\n',
    );
    expect(ended).toMatchObject({ status: 0 });
  });

  it('K18: keys add, reveal and replace take a license file, or none by account', async () => {
    const folder = newFolder();
    const bytes = Buffer.from([0, 27, 255, ...Buffer.from('FEATURE suite 1.0 permanent uncounted')]);
    const [given, back] = [join(folder, 'suite.lic'), join(folder, 'back.lic')];
    writeFileSync(given, bytes);
    const options = ['--product', 'Suite', '--code', 'LICFILE'];
    const file = await json(['keys', 'add', ...options, '--file', given]);
    expect(file).toMatchObject({ delivery: 'file', licenseFile: { name: 'suite.lic', size: bytes.length } });
    expect(await run(['keys', 'reveal', file.id, '--file', back])).toMatchObject({ status: 0, stdout: '' });
    expect([readFileSync(back).equals(bytes), statSync(back).mode & 0o777]).toEqual([true, 0o600]);
    expect(await run(['keys', 'reveal', file.id, '--file', back])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('exists. Name a new one.'),
    });
    const revealed = await json(['keys', 'reveal', 'LICFILE']);
    expect(revealed.licenseFile).toEqual({ name: 'suite.lic', content: bytes.toString('base64') });
    const account = await json(['keys', 'add', '--product', 'Suite', '--delivery', 'account', '--seats', '9']);
    expect(account).toMatchObject({ delivery: 'account', seats: 9 });
    expect(await run(['keys', 'reveal', account.id])).toMatchObject({ status: 1, stdout: '' });
    const applied = await run(['keys', 'apply', account.id, '--user', 'Anna']);
    expect(applied).toMatchObject({ status: 0, stderr: 'The key by account is applied to Anna.\n' });
    const replaced = await run(['keys', 'replace', 'LICFILE', '--reason', 'moved', '--delivery', 'account']);
    expect(replaced).toMatchObject({ status: 0, stderr: expect.stringContaining('replaced by one by account') });
    for (const args of [
      ['keys', 'add', given, ...options, '--file', given],
      ['keys', 'add', ...options, '--delivery', 'file'],
      ['keys', 'add', ...options, '--delivery', 'account', '--file', given],
      ['keys', 'reveal', '77777', '--file', back],
    ])
      expect((await run(args)).status, args.join(' ')).toBe(2);
  });
});
