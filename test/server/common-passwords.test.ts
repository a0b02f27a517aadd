import { describe, expect, it } from 'vitest';
import { makeSetupToken } from '../../src/server/people/setup-token.ts';
import { listenFor, newBrowser } from '../harness/real-http.ts';
import { adminPassword, emptyWorld, engines, newWorld } from '../harness/world.ts';

/** What guessers of published lists try first: teams, names, runs of the keyboard, words with digits behind. */
const common = `1q2w3e4r5t6y liverpool123 chelsea12345 q1w2e3r4t5y6 1qaz2wsx3edc manchester123 arsenal12345 barcelona123
  juventus1897 babygirl1234 counterstrike playstation3 spongebob123 harrypotter7 justinbieber manchesterunited
  motherfucker unbelievable loveyouforever zaq12wsxcde3 1qazxsw23edc zxcvbnm12345 asdfghjkl123 123qweasdzxc qazwsxedcrfv
  159753159753 elizabeth123 christopher1 butterfly123 alexander123 victoria1985 samantha1234 metallica666 slipknot6666
  computer1234 blink182blink182 thunderbird1 snowboarding skateboard1! basketball23 cheerleader1 sweetheart12
  beautiful123 strawberry12 blackberry99 Liverpool2024! Chelsea-2025! Charlotte2020 snoopy123456 garfield1234
  scorpion1985 destiny12345 natasha12345 benfica12345 dortmund1909! Stuttgart1893 galatasaray1905 fenerbahce1907
  qwertyuiop[] 1q2w3e4r5t6y7u8i azertyuiop12 motdepasse123 wachtwoord123 Sonnenschein1 1a2b3c4d5e6f`.split(/\s+/);

const good = [
  ...[
    adminPassword,
    'a long enough password',
    'Fjord Lampe 7 Igel Zimt',
    'violet ladder harbour',
    'xenon-barge-pickle',
  ],
  ...['Teekanne-Gletscher-41', 'maple orbit tunic seven', 'Nebel und Kupferdraht', 'three owls in a canoe'],
  ...['Zwölf Boxkämpfer am Deich', 'пароль из шести слов', 'ocean thimble granite', 'rubber.walnut.pigeon'],
  ...['Quarz Hobel Distel', 'the goat sold my piano', 'LampenschirmEisbaerTuer', 'Salamander trinkt Kakao'],
  ...['sturdy quilt anchor 58', 'gXk3-pQ7v-RtzM', 'kR9vT2mWq8Lz', '7tQ!mZ4x#Lp2', 'wJ4k-Nc8s-Vp2d', 'b7Y2fKq9Zx1M'],
];

describe.each(engines)('a new password on %s', async (engine) => {
  const world = await newWorld(engine);
  const { url } = await listenFor(world);
  const browser = newBrowser(url);
  await browser.call('POST', '/session', { email: 'ada@nordwind.example', password: adminPassword });
  const add = (password: string, i: number) =>
    browser.call('POST', '/users', { name: 'Otto', email: `otto${i}@x.example`, role: 'auditor', password });

  it('S10: is none of those that are guessed first', async () => {
    expect(common.length).toBeGreaterThanOrEqual(45);
    expect(common.filter((password) => password.length < 12)).toEqual([]);
    const answers = await Promise.all(common.map(async (password, i) => ({ password, ...(await add(password, i)) })));
    expect(answers.filter(({ status }) => status === 201).map(({ password }) => password)).toEqual([]);
    for (const { body } of answers) expect(body.errors).toMatchObject([{ pointer: '/password', code: 'weak' }]);
  });

  it('S10: is taken where it is made of what does not belong together', async () => {
    expect(good.length).toBeGreaterThanOrEqual(20);
    const refused: string[] = [];
    for (const [i, password] of good.entries())
      if ((await add(password, 1000 + i)).status !== 201) refused.push(password);
    expect(refused).toEqual([]);
  });

  it('S10: is judged where somebody changes the own one, and at the set-up', async () => {
    const changed = await browser.call('POST', '/me/password', { current: adminPassword, password: 'liverpool123' });
    expect([changed.status, changed.body?.errors?.[0].code]).toEqual([400, 'weak']);
    const unlooked = await browser.call('POST', '/me/password', { current: 'not mine', password: 'liverpool123' });
    expect([unlooked.status, unlooked.body?.errors?.[0].code]).toEqual([400, 'weak']);
  });
});

describe.each(engines)('the set-up on %s', async (engine) => {
  const world = await emptyWorld(engine);

  it('S10: takes no password that is guessed first', async () => {
    const token = await makeSetupToken(world.app);
    const founder = { token, name: 'Ada Admin', email: 'ada@x.example', organisation: 'Nordwind IT', timeZone: 'UTC' };
    const set = (password: string) => world.as(undefined)('POST', '/setup', { ...founder, password });
    for (const password of ['1q2w3e4r5t6y', 'liverpool123', 'chelsea12345'])
      expect((await set(password)).body?.errors, password).toMatchObject([{ code: 'weak' }]);
    expect((await set('violet ladder harbour')).status).toBe(201);
  });
});
