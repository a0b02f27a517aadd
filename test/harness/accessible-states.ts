import type { Page } from 'playwright-core';
import type { ScreenWords } from './demo.ts';
import { goTo, settled } from './settled.ts';

/** Records of the demo that have something to show. */
export type Records = {
  key: string;
  freeKey: string;
  revokedKey: string;
  unit: string;
  license: string;
  product: string;
  customer: string;
};

/** A screen, or what is open on it: an address and what is done there. `phone`: also looked at on a phone. */
export type State = {
  name: string;
  path: string;
  act?: (page: Page, words: ScreenWords) => Promise<unknown>;
  phone?: true;
  /** Only on a phone. */
  onlyPhone?: true;
  signedOut?: true;
};

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const press = (word: string) => (page: Page, words: ScreenWords) =>
  // Beside its word a button may show its keys, or what it is about.
  page
    .getByRole('button', { name: new RegExp(`^${words.word(word)}($|:| Ctrl)`) })
    .first()
    .click();
const item = (menu: string, word: string) => async (page: Page, words: ScreenWords) => {
  await button(page, words.word(menu)).click();
  // What follows the word is why it cannot be done now.
  await page.getByRole('menuitem', { name: new RegExp(`^${RegExp.escape(words.word(word))}`) }).click();
};
const chosenRows = async (page: Page, { word }: ScreenWords) => {
  for (const i of [0, 1])
    await page
      .getByRole('checkbox', { name: word('grid.selectRow') })
      .nth(i)
      .check();
};
const bulk = (verb: string) => async (page: Page, words: ScreenWords) => {
  await chosenRows(page, words);
  await press(verb)(page, words);
};

/** A verb of a key stands beside the others, or in the menu where there is no room. */
const verb = (name: string) => async (page: Page, words: ScreenWords) => {
  const beside = page.getByRole('main').getByRole('button', { name: words.word(name), exact: true });
  await ((await beside.count()) > 0 ? beside.click() : item('record.more', name)(page, words));
};

/** Every screen with what can be open on it. */
export function statesOf({ key, freeKey, revokedKey, unit, license, product, customer }: Records): State[] {
  return [
    { name: 'sign-in', path: '/sign-in', signedOut: true, phone: true },
    {
      name: 'sign-in, refused',
      path: '/sign-in',
      signedOut: true,
      act: async (page) => {
        await page.locator('input[name=email]').fill('nobody@example.org');
        await page.locator('input[name=password]').fill('not a password');
        await page.keyboard.press('Enter');
        await page.getByRole('alert').waitFor();
      },
    },
    { name: 'first start', path: '/setup', signedOut: true },
    { name: 'code of the second factor', path: '/sign-in?step=code' },
    { name: 'set-up of the second factor', path: '/sign-in?step=enrolment', act: press('settings.factor.setUp') },
    { name: 'home', path: '/', phone: true },
    {
      name: 'account menu',
      path: '/',
      act: (page, { word }) => page.getByRole('button', { name: word('account.label') }).click(),
    },
    {
      name: 'search everything',
      path: '/',
      act: async (page) => {
        await page.keyboard.press('Control+k');
        await page.getByRole('dialog').getByRole('textbox').fill('a');
        await page.getByRole('dialog').getByRole('button').nth(3).waitFor();
      },
    },
    { name: 'navigation of a phone', path: '/', onlyPhone: true, act: press('nav.label') },
    { name: 'keys', path: '/keys?size=25', phone: true },
    { name: 'keys, none found', path: '/keys?q=zzzzzz' },
    {
      name: 'keys, filters',
      path: '/keys?keyType=subscription&sort=-validityEnd&size=25',
      act: async (page, { word, label }) => {
        await button(page, word('grid.filter')).click();
        await page
          .getByRole('dialog')
          .getByRole('button', { name: label('key', 'status'), exact: true })
          .click();
      },
    },
    { name: 'keys, columns', path: '/keys?size=25', act: press('grid.columns') },
    { name: 'keys, export', path: '/keys?size=25', act: press('grid.export') },
    {
      name: 'keys, group by',
      path: '/keys?size=25',
      act: (page, { word }) => page.getByRole('combobox', { name: word('grid.groupBy') }).click(),
    },
    {
      name: 'keys, an open group',
      path: '/keys?groupBy=productId',
      act: (page, { word }) =>
        page
          .getByRole('region', { name: word('grid.groupBy') })
          .getByRole('button', { expanded: false })
          .nth(1)
          .click(),
    },
    { name: 'keys, chosen rows', path: '/keys?size=25', act: chosenRows },
    { name: 'keys, renewal of chosen ones', path: '/keys?keyType=subscription&size=25', act: bulk('keys.bulk.renew') },
    { name: 'keys, revocation of chosen ones', path: '/keys?status=applied&size=25', act: bulk('keys.bulk.revoke') },
    { name: 'keys, a view to save', path: '/keys?status=applied&size=25', act: press('grid.views.save') },
    { name: 'key', path: `/keys/${key}`, phone: true },
    { name: 'key, log', path: `/keys/${key}?tab=audit` },
    { name: 'key, renewals', path: `/keys/${key}?tab=renewals` },
    { name: 'key, menu', path: `/keys/${key}`, act: press('record.more') },
    { name: 'key, all fields', path: `/keys/${key}?tab=fields`, phone: true },
    { name: 'key, form', path: `/keys/${key}`, act: press('record.edit'), phone: true },
    { name: 'key, apply', path: `/keys/${freeKey}`, act: press('keys.verbs.apply') },
    { name: 'key, renew', path: `/keys/${freeKey}`, act: press('keys.verbs.renew') },
    { name: 'key, replace', path: `/keys/${key}`, act: press('keys.verbs.replace') },
    { name: 'key, revoke', path: `/keys/${key}`, act: verb('keys.verbs.revoke') },
    { name: 'key, delete', path: `/keys/${freeKey}`, act: item('record.more', 'keys.verbs.delete') },
    { name: 'key, reinstate', path: `/keys/${revokedKey}`, act: item('record.more', 'keys.verbs.reinstate') },
    { name: 'key, revealed', path: `/keys/${key}`, act: press('keys.reveal.verb') },
    {
      name: 'key, a removal',
      path: `/keys/${key}`,
      act: (page, { word }) =>
        page
          .getByRole('button', { name: new RegExp(`^${word('keys.features.removeFrom', { name: '.+' })}$`) })
          .first()
          .click(),
    },
    { name: 'new key', path: '/keys/new', phone: true },
    { name: 'new key, errors at fields', path: '/keys/new', act: press('form.save') },
    {
      name: 'new key, a choice',
      path: '/keys/new',
      act: (page, { label }) => page.getByRole('combobox', { name: label('key', 'keyType') }).click(),
    },
    { name: 'new key, a calendar', path: '/keys/new', act: press('keys.calendar') },
    { name: 'duplicate of a key', path: `/keys/new?copy=${key}` },
    {
      name: 'add many',
      path: '/keys/add-many',
      phone: true,
      act: (page, { word }) =>
        page
          .getByRole('textbox', { name: word('keys.many.lines') })
          .fill('7H4RV-QW9TK-3MXP2-8DJNC-MANY1\n7H4RV\n•••••-12345'),
    },
    { name: 'equipment', path: '/equipment?size=25', phone: true },
    { name: 'equipment, chosen rows', path: '/equipment?size=25', act: chosenRows },
    { name: 'unit', path: `/equipment/${unit}`, phone: true },
    {
      name: 'unit, a new line',
      path: `/equipment/${unit}`,
      act: async (page, { word }) => {
        await button(page, word('equipment.addLine')).click();
        await page.getByRole('option').first().waitFor();
      },
    },
    {
      name: 'unit, a line to apply',
      path: `/equipment/${unit}`,
      act: async (page, { word }) => {
        await button(page, word('equipment.addLine')).click();
        await page.getByRole('option').first().click();
      },
    },
    { name: 'unit, a line to edit', path: `/equipment/${unit}`, act: tool('edit') },
    { name: 'unit, a removal', path: `/equipment/${unit}`, act: tool('remove') },
    { name: 'unit, a key to reveal', path: `/equipment/${unit}`, act: tool('reveal') },
    { name: 'unit, history', path: `/equipment/${unit}?tab=history` },
    { name: 'unit, all fields', path: `/equipment/${unit}?tab=fields`, phone: true },
    { name: 'unit, form', path: `/equipment/${unit}`, act: press('record.edit') },
    { name: 'unit, menu', path: `/equipment/${unit}`, act: press('record.more') },
    { name: 'unit, recover', path: `/equipment/${unit}`, act: press('equipment.recover') },
    { name: 'unit, move', path: `/equipment/${unit}`, act: press('equipment.move') },
    { name: 'unit, apply sheet', path: `/equipment/${unit}`, onlyPhone: true, act: press('equipment.addLine') },
    {
      name: 'unit, apply sheet with keys',
      path: `/equipment/${unit}`,
      onlyPhone: true,
      act: async (page, { word }) => {
        await button(page, word('equipment.addLine')).click();
        await page.getByRole('dialog').getByRole('listitem').first().getByRole('button').click();
        await button(page, word('equipment.moreFields')).click();
      },
    },
    { name: 'new unit', path: '/equipment/new' },
    { name: 'new unit, errors at fields', path: '/equipment/new', act: press('form.save') },
    { name: 'scan', path: '/scan', phone: true },
    {
      name: 'scan, nothing found',
      path: '/scan',
      act: async (page, { word }) => {
        await page.getByRole('textbox', { name: word('scan.typed') }).fill('NO-SUCH-TAG');
        await page.keyboard.press('Enter');
        await page.getByRole('status').filter({ hasText: 'NO-SUCH-TAG' }).waitFor();
      },
    },
    { name: 'assignments', path: '/assignments?size=25', phone: true },
    { name: 'assignments, chosen rows', path: '/assignments?size=25', act: chosenRows },
    { name: 'audit log', path: '/audit', phone: true },
    {
      name: 'audit log, an entry',
      path: '/audit',
      act: (page, { word }) =>
        page
          .getByRole('button', { name: new RegExp(`^${word('audit.openEntry', { entry: '.+' })}`) })
          .first()
          .click(),
    },
    { name: 'licenses', path: '/licenses' },
    { name: 'license', path: `/licenses/${license}`, phone: true },
    { name: 'license, form', path: `/licenses/${license}`, act: press('record.edit') },
    { name: 'license, delete', path: `/licenses/${license}`, act: item('record.more', 'stored.delete') },
    { name: 'new license', path: '/licenses/new' },
    { name: 'products', path: '/products?size=25' },
    { name: 'product', path: `/products/${product}`, phone: true },
    { name: 'new product, errors at fields', path: '/products/new', act: press('form.save') },
    { name: 'customers', path: '/customers' },
    { name: 'customer', path: `/customers/${customer}`, phone: true },
    { name: 'new customer', path: '/customers/new' },
    { name: 'import', path: '/import', phone: true },
    {
      name: 'import, columns and preview',
      path: '/import?kind=keys',
      act: async (page, { word, label }) => {
        const head = [label('key', 'licenseKey'), label('key', 'product'), label('key', 'keyType'), 'Shelf'];
        const rows = [head.join(';'), `7H4RV-QW9TK-3MXP2-8DJNC-IMP01;Office;${'permanent'};1`, ';Office;permanent;2'];
        const file = { name: 'keys.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\r\n')) };
        await page.locator('input[type=file]').setInputFiles(file);
        await button(page, word('imports.check.verb')).click();
        await page.getByRole('heading', { name: word('imports.step.preview') }).waitFor();
      },
    },
    { name: 'reports', path: '/reports' },
    ...['account', 'users', 'features', 'organisation', 'jobs', 'integrity'].map(
      (tab): State => ({
        name: `settings, ${tab}`,
        path: `/settings?tab=${tab}`,
        ...(tab === 'account' && { phone: true as const }),
      }),
    ),
    { name: 'settings, new user', path: '/settings?tab=users', act: press('settings.users.new') },
    { name: 'settings, new token', path: '/settings?tab=account', act: press('settings.tokens.new') },
    { name: 'settings, new attribute', path: '/settings?tab=features', act: press('settings.features.new') },
    { name: 'not found', path: '/no-such-screen' },
    { name: 'no such record', path: '/keys/00000000-0000-7000-8000-000000000000' },
  ];
}

function tool(verb: 'reveal' | 'edit' | 'remove') {
  return (page: Page, { word }: ScreenWords) =>
    page
      .getByRole('button', { name: new RegExp(`^${word(`equipment.toolFor.${verb}`, { product: '.+' })}$`) })
      .first()
      .click();
}

/** Opens a screen and what is to be open on it; `isTouched`: something was done on the page that must be gone. */
export async function openState(
  page: Page,
  { path, act }: State,
  words: ScreenWords,
  isTouched: boolean,
): Promise<void> {
  if (isTouched) await leaveFor(page, path);
  else await goTo(page, path);
  await act?.(page, words);
  await settled(page);
}

/** Opens another screen as a link does, with which what was done on this one is gone; anew where it is not. */
async function leaveFor(page: Page, path: string): Promise<void> {
  await page.evaluate(`location.protocol.startsWith('http') && sessionStorage.clear()`);
  if (isElsewhere(page, path)) {
    await page.keyboard.press('Escape');
    await goTo(page, path);
    // A form that was written into holds on to its page; what is not of the screen may stay.
    if (!isElsewhere(page, path) && !(await page.evaluate<boolean>(isAnythingOpen))) return;
  }
  await goTo(page, path, { anew: true });
}

const isAnythingOpen = `document.querySelector('[role=dialog], [role=menu], [role=listbox], [role=alert]') !== null`;

/** Whether a path is another screen's than the one that is open. */
export function isElsewhere(page: Page, path: string): boolean {
  return page.url().startsWith('http') && new URL(page.url()).pathname !== new URL(path, page.url()).pathname;
}

/** Records of the demo that show as much as a record can. */
export async function recordsOf(page: Page): Promise<Records> {
  const first = async (list: string): Promise<string> => {
    const { items } = await (await page.context().request.get(`/api/v1/${list}`)).json();
    if (items.length === 0) throw new Error(`the demo has none: ${list}`);
    return items[0].id;
  };
  const oneOf = async (list: string, field: string): Promise<string> => {
    const { items } = await (await page.context().request.get(`/api/v1/${list}`)).json();
    // Some have none: a person's seat has no unit.
    return items.find((item: Record<string, unknown>) => item[field] !== null)[field].id;
  };
  const [key, freeKey, revokedKey, unit, license, product, customer] = await Promise.all([
    first('keys?status=applied&keyType=subscription&limit=1'),
    first('keys?status=available&inUse=false&notYetValid=false&keyType=subscription&limit=1'),
    first('keys?status=revoked&limit=1'),
    oneOf('assignments?state=active', 'equipment'),
    first('licenses?limit=1'),
    first('products?limit=1'),
    first('customers?limit=1'),
  ]);
  return { key, freeKey, revokedKey, unit, license, product, customer };
}
