import { describe, expect, it } from 'vitest';
import { freshLicenseKey } from '../harness/arrange.ts';
import { book, sheet } from '../harness/book.ts';
import { upload } from '../harness/upload.ts';
import { type Answer, engines, newWorld } from '../harness/world.ts';

describe.each(engines)('what a preview shows and asks, on %s', async (engine) => {
  const { admin } = await newWorld(engine);
  const send = (content: string | Buffer<ArrayBuffer>, more: Record<string, string> = {}) =>
    upload(admin, content, { kind: 'software', ...more });
  const outcomes = ({ body }: Answer): string[] => body.outcomes.map(({ outcome }: Answer['body']) => outcome);

  it('F2: of rows that differ each can be refused, taken over or left by its line', async () => {
    const keys = [freshLicenseKey(), freshLicenseKey(), freshLicenseKey()];
    const file = (until: string): string =>
      `Produkt;Lizenzschlüssel;Gültig bis\n${keys.map((key) => `Zeile;${key};${until}`).join('\n')}\n`;
    expect((await send(file('31.12.2027'))).body).toMatchObject({ created: { key: 3 } });
    const later = file('31.12.2028');
    const asked = { dryRun: 'true', onDifferent: 'leave,update:3,refuse:4' };
    const judged = await send(later, asked);
    expect(judged.body).toMatchObject({ status: 'refused', errors: [{ line: 4, code: 'differs' }] });
    expect(outcomes(judged)).toEqual(['left', 'changed', 'wrong']);
    const done = await send(later, { onDifferent: 'leave,update:3,refuse:4', goodRowsOnly: 'true' });
    expect(done.body).toMatchObject({ status: 'done', changed: 1, left: 1, rejected: 1 });
    const { body } = await admin('GET', '/keys?q=Zeile&sort=validityEnd');
    expect(body.items.map(({ validityEnd }: Answer['body']) => validityEnd)).toEqual([
      '2027-12-31',
      '2027-12-31',
      '2028-12-31',
    ]);
    // Without a word for all others those stay refused.
    expect(outcomes(await send(later, { dryRun: 'true', onDifferent: 'leave:2' }))).toEqual(['left', 'same', 'wrong']);
    for (const onDifferent of ['take', 'update:', 'update:2,', 'update:Kanzlei!3'])
      expect((await send(later, { onDifferent })).body.errors).toMatchObject([{ pointer: '/onDifferent' }]);
  });

  it('F2: in a list of several sheets a row is named by the number of its sheet as well', async () => {
    const head = ['Produkt', 'Lizenzschlüssel', 'Gültig bis'];
    const keys = [freshLicenseKey(), freshLicenseKey()];
    const file = (until: string) =>
      book(keys.map((key, i) => [`Blatt ${i}`, sheet([head, ['Blattzeile', key, until]])] as const));
    await send(file('31.12.2027'), { sheet: '*' });
    const judged = await send(file('31.12.2028'), { sheet: '*', dryRun: 'true', onDifferent: 'update,leave:2!2' });
    expect(outcomes(judged)).toEqual(['changed', 'left']);
  });

  it('X9: a file shows its header and first rows, with license keys by their masks, also where a column is asked about', async () => {
    const [key, short] = [freshLicenseKey(), 'AB-12'];
    const head = ['Produkt', 'Lizenzschlüssel', 'Raum', 'Gültig bis', 'Schlüsselkasten'];
    const rows = [
      ['Kopf', short, '2. OG', '2027-12-31', `siehe ${key}`],
      ['Kopf', key, 'lang '.repeat(900)],
    ];
    const { body } = await send(book([['Liste', sheet([['Titel'], ['Stand 2026'], head, ...rows])]]), {
      dryRun: 'true',
    });
    expect(body.status).toBe('refused');
    expect(body.head.header).toEqual(head);
    expect(body.head.rows.map(([, , room]: string[]) => room)).toEqual(['2. OG', 'lang '.repeat(16)]);
    expect(body.head.rows[0][3]).toBe('2027-12-31');
    expect(JSON.stringify(body.head)).not.toContain(key);
    expect(JSON.stringify(body.head)).not.toContain(short);
    expect(body.mapping).toBeUndefined();
    const text = await send(`Titel\n\n${head.join(';')}\nKopf;${key};1;;siehe ${key}\n`, { dryRun: 'true' });
    expect(text.body.head).toMatchObject({
      names: head,
      header: head,
      rows: [['Kopf', expect.any(String), '1', '', expect.any(String)]],
    });
    expect(JSON.stringify(text.body)).not.toContain(key);
  });

  it('X9: a column is told by its place where a license key stands in its name', async () => {
    const [inBrackets, amongWords, alone, short] = [
      freshLicenseKey(),
      freshLicenseKey(),
      freshLicenseKey(),
      'K7QX-44MD-X2HW',
    ];
    const names = ['Produkt', `Lizenzschlüssel (${inBrackets})`, `Raum, alt: ${amongWords}`, alone, `Fach ${short}`];
    const file = `${names.join(';')}\nKopf;${freshLicenseKey()};1;2;3\n`;
    const mapping = JSON.stringify({ '#3': 'remarks', '#4': 'remarks', '#5': 'remarks' });
    const answers = [
      await send(file, { dryRun: 'true' }),
      await send(file, { dryRun: 'true', mapping }),
      await send(file, { mapping }),
    ];
    for (const { body } of answers)
      for (const key of [inBrackets, amongWords, alone, short]) expect(JSON.stringify(body)).not.toContain(key);
    const [asked, judged, taken] = answers.map(({ body }) => body);
    expect(asked.head.names).toEqual(['Produkt', '#2', '#3', '#4', '#5']);
    expect(asked.errors.map(({ column }: { column: string }) => column)).toEqual(['3', '4', '5']);
    for (const { mapping: told } of [judged, taken])
      expect(told).toEqual({
        Produkt: 'productName',
        '#2': 'licenseKey',
        '#3': 'remarks',
        '#4': 'remarks',
        '#5': 'remarks',
      });
    const { body: list } = await admin('GET', '/keys?q=Kopf');
    const { body: record } = await admin('GET', `/keys/${list.items[0].id}`);
    expect(record.remarks).toBe('#3: 1\n#4: 2\n#5: 3');
  });

  it('X9: what holds where no column says it is counted as well, and a list without a product says that no column names it', async () => {
    const bare = await send(`Produkt;Lizenzschlüssel\nLeer;${freshLicenseKey()}\nLeer;${freshLicenseKey()}\n`, {
      dryRun: 'true',
    });
    expect(bare.body.blanks).toEqual({ keyType: 2, customer: 2 });
    const told = ({ body }: Answer) =>
      body.warnings.flatMap(({ line, code }: Answer['body']) => (code.endsWith('_unsaid') ? [[line, code]] : []));
    await admin('POST', '/customers', { name: 'Praxis Ahorn' });
    const unsaid = await send(`Liste\nProdukt;Lizenzschlüssel\nLeer;${freshLicenseKey()}\n`, { dryRun: 'true' });
    expect(told(unsaid)).toEqual([
      [2, 'type_unsaid'],
      [2, 'customer_unsaid'],
    ]);
    const months = `Kunde;Produkt;Jan;Feb;Mär;Lizenzschlüssel\nPraxis Ahorn;Leer;;15;;${freshLicenseKey()}\n`;
    expect(told(await send(months, { dryRun: 'true' }))).toEqual([[1, 'type_unsaid']]);
    const licenses = await send('Product;Quantity\nLeer;5\n', { kind: 'licenses', dryRun: 'true' });
    expect([told(licenses), licenses.body.blanks]).toEqual([[[1, 'customer_unsaid']], { customer: 1 }]);
    const { body: own } = await admin('GET', '/customers?q=Ahorn');
    const chosen = await send(`Produkt;Lizenzschlüssel;Ablauf\nLeer;${freshLicenseKey()};\n`, {
      dryRun: 'true',
      customerId: own.items[0].id,
    });
    expect(told(chosen)).toEqual([]);
    const unnamed = await send(`Anlage;Lizenzschlüssel\nLeer;${freshLicenseKey()}\n`, { dryRun: 'true' });
    expect(unnamed.body.errors).toMatchObject([{ line: 2, code: 'no_product', params: { columns: '"Anlage"' } }]);
  });

  it('X9: rows of an invoice that hardly name software are told, and come in all the same', async () => {
    const services = ['Versand', 'Versand DHL', 'Discount 10 %', 'Support hours', 'Installation vor Ort', 'Sconto'];
    const software = ['Versandmanager', 'Support Desk Pro', 'Installation Manager', 'Transport', 'Wartung 2026'];
    const rows = [...services, ...software].map((name) => `${name};1`);
    const told = ({ body }: Answer) =>
      body.warnings.flatMap(({ line, code, column }: Answer['body']) =>
        code === 'no_software' ? [[line, column]] : [],
      );
    for (const kind of ['software', 'licenses']) {
      const answer = await send(`Produkt;Menge\n${rows.join('\n')}\n`, { kind, dryRun: 'true' });
      expect(told(answer)).toEqual(services.map((_, i) => [i + 2, 'Produkt']));
      expect(answer.body.created.license).toBe(rows.length);
    }
    const keyed = await send(`Produkt;Lizenzschlüssel\nVersand;${freshLicenseKey()}\n`, { dryRun: 'true' });
    expect(told(keyed)).toEqual([]);
  });

  it('X9: of a row whose cells cannot be read it is told what else is wrong, but for what follows from that', async () => {
    const [one, two, three] = [freshLicenseKey(), freshLicenseKey(), freshLicenseKey()];
    const codes = ({ body }: Answer) =>
      body.errors.map(({ line, column, code }: Answer['body']) => [line, column, code]);
    const rows = [`;${one};31.02.2028;drei;`, `;${two};;2000000;x${'y'.repeat(300)}`, `Doppelt;${three};2028-02-31;;`];
    const many = await send(`Produkt;Lizenzschlüssel;Gültig bis;Anzahl;Kunde\n${rows.join('\n')}\n`, {
      dryRun: 'true',
    });
    expect(codes(many)).toEqual([
      [2, 'Gültig bis', 'not_a_day'],
      [2, 'Anzahl', 'not_a_number'],
      [2, 'Produkt', 'required'],
      [3, 'Kunde', 'too_long'],
      [3, 'Produkt', 'required'],
      [3, 'Anzahl', 'too_big'],
      [4, 'Gültig bis', 'not_a_day'],
    ]);
    // A start without an end is right once the end is.
    const follows = await send(
      `Product;License key;Key type;Start date;Expires\nP;${freshLicenseKey()};;2026-01-01;31.02.2028\n`,
      { kind: 'keys', dryRun: 'true' },
    );
    expect(codes(follows)).toEqual([[2, 'Expires', 'not_a_day']]);
  });

  it('X9: a wrong row takes no license key from the rows below it', async () => {
    const text = freshLicenseKey();
    const { body } = await send(`Product;License key;Seats\nP;${text};few\nP;${text};2\n`, {
      kind: 'keys',
      goodRowsOnly: 'true',
    });
    expect([body.created.key, body.rejected]).toEqual([1, 1]);
  });

  it('X9: the mapping that is told of a license key in several columns says the same when it is sent', async () => {
    const file = `Produkt;Key1;Key2;Key3;Key4\nTeile;QK7T1;4MDX2;9HWPC;6VJNB\nTeile;QK7T2;4MDX2;9HWPC;6VJNB\n`;
    const { body } = await send(file, { dryRun: 'true' });
    const joined = { Key1: 'licenseKey', Key2: 'licenseKey', Key3: 'licenseKey', Key4: 'licenseKey' };
    expect(body.mapping).toEqual({ Produkt: 'productName', ...joined });
    const again = await send(file, { dryRun: 'true', mapping: JSON.stringify(body.mapping) });
    const masks = ({ outcomes }: Answer['body']) => outcomes.map(({ becomes }: Answer['body']) => becomes.licenseKey);
    expect(masks(again.body)).toEqual(masks(body));
    expect(masks(body)).toEqual(['•••••-•••••-•••••-6VJNB', '•••••-•••••-•••••-6VJNB']);
  });

  it('X9: of a row whose end cannot be read nothing is said that would only hold without one', async () => {
    const rows = ['31.02.2028;', '31.12.2028;Keine Ahnung', ';'].map((said) => `Ende;${freshLicenseKey()};${said}`);
    const { body } = await send(`Produkt;Lizenzschlüssel;Gültig bis;Plätze\n${rows.join('\n')}\n`, { dryRun: 'true' });
    expect(body.outcomes.map(({ becomes }: Answer['body']) => becomes.keyType)).toEqual([
      undefined,
      'subscription',
      'permanent',
    ]);
  });

  it('X9: a rehearsal counts titles, and the rows that say nothing of a field with a column', async () => {
    const rows = ['Praxis Eibe;Leer;Abonnement;31.12.2027', ';Leer;;', ';Leer;;31.12.2027'];
    const keyed = rows.map((row) => row.replace('Leer;', `Leer;${freshLicenseKey()};`));
    const file = `Liste\nStand\n\nKunde;Produkt;Lizenzschlüssel;Schlüsselart;Gültig bis\n${keyed.join('\n')}\n`;
    const mapping = JSON.stringify({ Kunde: 'customer' });
    const { body } = await send(file, { dryRun: 'true', mapping });
    expect(body.blanks).toEqual({ customer: 2, keyType: 2, end: 1 });
    expect(body.warnings[0]).toMatchObject({ code: 'above_header', params: { header: 4, rows: 2 } });
  });
});
