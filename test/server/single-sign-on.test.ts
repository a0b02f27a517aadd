import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/server/config.ts';
import { NoLongerAllowed } from '../../src/server/people/acting.ts';
import { actorOfSession } from '../../src/server/people/actors.ts';
import { linkMine } from '../../src/server/people/oidc/identities.ts';
import { examine } from '../../src/server/upkeep/doctor.ts';
import { follow } from '../harness/openid-provider.ts';
import { type Browser, newBrowser } from '../harness/real-http.ts';
import { withSingleSignOn } from '../harness/single-sign-on.ts';
import { totp } from '../harness/totp.ts';
import { answersTo } from '../harness/unfinished.ts';
import { adminPassword, engines, newWorld } from '../harness/world.ts';

const email = 'ada@nordwind.example';
const password = 'a long enough password';

describe.each(engines)('single sign-on with a real provider on %s', async (engine) => {
  const { world, url, callback, start } = await withSingleSignOn(engine);
  const away = await newBrowser(url).call('GET', '/session/oidc');
  const provider = await start();
  const ada = newBrowser(url);
  await ada.call('POST', '/session', { email, password: adminPassword });
  const add = async (as: string, more: object = {}) => {
    const { body, status } = await ada.call('POST', '/users', { name: as, email: as, role: 'technician', ...more });
    expect(status).toBe(201);
    return body.id as string;
  };
  const signInAs = async (subject: string, browser = newBrowser(url), query = '') => {
    provider.person.subject = subject;
    const led = await follow(browser, provider, url, `${url}/api/v1/session/oidc${query}`);
    return { led, ...browser };
  };
  const users = () => world.database.read.selectFrom('user').select('id').execute();

  it('P4: a provider that is away at first is not dropped: it is asked again', () => {
    expect([away.status, away.body.code]).toEqual([503, 'unavailable']);
  });

  it('P4, security 12: who has an account at the provider with the e-mail address of an administrator is nobody here', async () => {
    const before = await users();
    const { led, call, cookie } = await signInAs('stranger');
    expect(led).toBe('/sign-in?problem=not_linked');
    expect(cookie()).not.toContain('keybook=');
    expect((await call('GET', '/me')).status).toBe(401);
    expect(await users()).toEqual(before);
    expect(await world.database.read.selectFrom('identity').select('id').execute()).toEqual([]);
  });

  it('S3, P8: an identity put into the table opens nothing, and doctor names whose it was to be', async () => {
    const created_at = world.clock.now().toISOString();
    const identity = { id: 'forged', issuer: provider.issuer, subject: 'subject-of-eve', user_id: world.adminId };
    await world.database.admin
      .insertInto('identity')
      .values({ ...identity, created_at })
      .execute();
    const { led, call } = await signInAs('subject-of-eve');
    const status = (await call('GET', '/users')).status;
    const faults = (await examine(world.app, false)).filter(({ ok }) => !ok).map(({ detail }) => detail);
    await world.database.admin.deleteFrom('identity').where('id', '=', 'forged').execute();
    expect([led, status]).toEqual(['/sign-in?problem=not_linked', 401]);
    expect(faults.some((fault) => fault.includes(world.adminId))).toBe(true);
  });

  it('S3, P8: an identity that is in the table at one look and not at the next opens nothing', async () => {
    const { admin } = world.database;
    const created_at = world.clock.now().toISOString();
    const forged = { id: 'forged', issuer: provider.issuer, subject: 'subject-of-mallory', created_at };
    const columns = ['id', 'user_id', 'issuer', 'subject', 'created_at'] as const;
    const values = columns.map((column) => ({ ...forged, user_id: world.adminId })[column]);
    const now = engine === 'sqlite' ? 'abs(random()) % 2 = 0' : 'random() < 0.5';
    await sql`alter table identity rename to identity_kept`.execute(admin);
    await sql`create view identity as select ${sql.raw(columns.join())} from identity_kept
      union all select ${sql.raw(values.map((value) => `'${value}'`).join())} where ${sql.raw(now)}`.execute(admin);
    const led = new Set<string>();
    // One in four is the order that matters: there when the person is looked for, gone when the factors are judged.
    for (let time = 0; time < 40; time += 1)
      led.add(
        await signInAs(forged.subject).then(
          (signedIn) => signedIn.led,
          (error: Error) => /log_inconsistent|not_linked/.exec(error.message)?.[0] ?? error.message,
        ),
      );
    await sql`drop view identity`.execute(admin);
    await sql`alter table identity_kept rename to identity`.execute(admin);
    // The log is read again after ten seconds.
    world.clock.set(new Date(world.clock.now().getTime() + 11_000).toISOString());
    // And nothing is saved while it is no table.
    expect([...led].toSorted()).toEqual(['/sign-in?problem=not_linked', 'log_inconsistent']);
  });

  it('P4: an account is linked from a signed-in, confirmed session, and opens from then on', async () => {
    await add('tom@x.example', { password });
    const tom = newBrowser(url);
    await tom.call('POST', '/session', { email: 'tom@x.example', password });
    world.clock.set(new Date(world.clock.now().getTime() + 11 * 60_000).toISOString());
    expect((await tom.call('POST', '/me/identities')).body.code).toBe('confirmation_needed');
    await tom.call('POST', '/session/confirmation', { password });
    const started = await tom.call('POST', '/me/identities');
    expect(started.status).toBe(200);
    provider.person.subject = 'subject-of-tom';
    expect(await follow(tom, provider, url, started.body.url)).toBe('/settings?linked=true');
    const linked = (await tom.call('GET', '/me/identities')).body.items;
    expect(linked).toMatchObject([{ issuer: provider.issuer, subject: 'subject-of-tom' }]);
    const { led, call } = await signInAs('subject-of-tom');
    expect(led).toBe('/');
    expect((await call('GET', '/me')).body).toMatchObject({ email: 'tom@x.example', role: 'technician' });
    expect((await call('DELETE', `/me/identities/${linked[0].id}`)).body.code).toBe('confirmation_needed');
    expect((await tom.call('DELETE', `/me/identities/${linked[0].id}`)).status).toBe(204);
    expect((await signInAs('subject-of-tom')).led).toBe('/sign-in?problem=not_linked');
  });

  it('P4: an administrator says whose an account is, never with a token; one account is one person’s', async () => {
    await ada.call('POST', '/session', { email, password: adminPassword });
    const [nora, olaf] = [await add('nora@x.example'), await add('olaf@x.example')];
    const body = { subject: 'subject-of-nora' };
    expect((await world.admin('POST', `/users/${nora}/identities`, body)).status).toBe(403);
    const made = await ada.call('POST', `/users/${nora}/identities`, body);
    expect([made.status, made.body.issuer]).toEqual([201, provider.issuer]);
    const twice = await ada.call('POST', `/users/${olaf}/identities`, body);
    expect([twice.status, twice.body.code]).toEqual([409, 'identity_taken']);
    const signedIn = await signInAs('subject-of-nora');
    expect((await signedIn.call('GET', '/me')).body.id).toBe(nora);
    expect((await signedIn.call('POST', `/users/${nora}/identities`, { subject: 'x' })).status).toBe(403);
    expect((await ada.call('DELETE', `/users/${nora}/identities/${made.body.id}`)).status).toBe(204);
    expect((await signedIn.call('GET', '/me')).status).toBe(401);
    const log = await world.database.read
      .selectFrom('audit_entry')
      .select('action')
      .where('subject', '=', `user:${nora}`)
      .execute();
    expect(log.map(({ action }) => action)).toEqual([
      'user.created',
      'user.identityLinked',
      'session.opened',
      'access.refused',
      'user.identityUnlinked',
    ]);
  });

  it('security 9, 13: who has a second factor owes a code before anything else, then gets a new token', async () => {
    const id = await add('pia@x.example', { password });
    await ada.call('POST', `/users/${id}/identities`, { subject: 'subject-of-pia' });
    const pia = newBrowser(url);
    await pia.call('POST', '/session', { email: 'pia@x.example', password });
    const { secret } = (await pia.call('POST', '/me/second-factor')).body;
    await pia.call('POST', '/me/second-factor/confirmation', { code: totp(secret, world.clock.now()) });
    const half = await signInAs('subject-of-pia');
    expect(half.led).toBe('/sign-in?step=code');
    const before = half.cookie();
    const answers = await answersTo(half.call, 'code');
    expect(answers.size).toBeGreaterThan(70);
    expect(new Set(answers.values())).toEqual(new Set(['second_factor_needed']));
    expect((await half.call('POST', '/session/code', { code: '000000' })).body.code).toBe('wrong_code');
    expect((await half.call('POST', '/session/code', {})).body.code).toBe('second_factor_needed');
    world.clock.set(new Date(world.clock.now().getTime() + 60_000).toISOString());
    const done = await half.call('POST', '/session/code', { code: totp(secret, world.clock.now()) });
    expect([done.status, done.body.id]).toEqual([200, id]);
    expect((await half.call('GET', '/keys')).status).toBe(200);
    expect((await newBrowser(url).call('GET', '/me', undefined, { cookie: before })).status).toBe(401);
  });

  it('security 18: signing in by single sign-on confirms only where the provider has asked again', async () => {
    await ada.call('POST', '/session', { email, password: adminPassword });
    const id = await add('rob@x.example', { role: 'administrator' });
    await ada.call('POST', `/users/${id}/identities`, { subject: 'subject-of-rob' });
    const rob = await signInAs('subject-of-rob');
    const make = () => rob.call('POST', '/tokens', { name: 'x', role: 'auditor' });
    expect((await make()).body.code).toBe('confirmation_needed');
    expect((await rob.call('POST', '/session/confirmation', {})).status).toBe(403);
    const asked = provider.asked();
    await signInAs('subject-of-rob', rob, '?confirm=true');
    expect(provider.asked()).toBe(asked + 1);
    expect((await make()).status).toBe(201);
  });

  it('P4, security 12: an answer that this browser did not ask for, or that was changed on the way, opens nothing', async () => {
    const id = await add('sue@x.example');
    await ada.call('POST', `/users/${id}/identities`, { subject: 'subject-of-sue' });
    provider.person.subject = 'subject-of-sue';
    const catchAnswer = async (browser: Browser): Promise<string> => {
      let address = (await browser.call('GET', '/session/oidc')).headers.get('location') ?? '';
      while (!address.startsWith(callback))
        address = new URL((await browser.call('GET', address)).headers.get('location') ?? '', address).href;
      return address;
    };
    const [mine, other] = [newBrowser(url), newBrowser(url)];
    const answer = await catchAnswer(mine);
    const led = async (browser: Browser, address: string) =>
      (await browser.call('GET', address)).headers.get('location');
    const abandoned = '/sign-in?problem=sign_in_abandoned';
    expect(await led(other, answer)).toBe(abandoned);
    await other.call('GET', '/session/oidc');
    expect(await led(other, answer)).toBe(abandoned);
    expect(await led(mine, answer.replace(/code=[^&]+/, 'code=guessed'))).toBe(abandoned);
    expect((await mine.call('GET', '/me')).status).toBe(401);
    const signedIn = newBrowser(url);
    const good = await catchAnswer(signedIn);
    const kept = signedIn.cookie();
    expect(await led(signedIn, good)).toBe('/');
    const replayed = await newBrowser(url).call('GET', good, undefined, { cookie: kept });
    expect(replayed.headers.get('location')).toBe(abandoned);
  });

  it('security 12: an ID token without a signature, or changed under it, opens nothing', async () => {
    const id = await add('zoe@x.example');
    await ada.call('POST', `/users/${id}/identities`, { subject: 'subject-of-zoe' });
    const part = (text: object) => Buffer.from(JSON.stringify(text)).toString('base64url');
    const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const unsigned = (token: string) => `${part({ alg: 'none' })}.${token.split('.')[1]}.`;
    const forgeries = [
      unsigned,
      (token: string) => {
        const [header, , signature] = token.split('.');
        return `${header}.${part({ ...claimsOf(token), sub: 'subject-of-zoe' })}.${signature}`;
      },
    ];
    for (const forge of forgeries) {
      provider.forgeBy(forge);
      expect((await signInAs(forge === unsigned ? 'subject-of-zoe' : 'somebody-else')).led).toBe(
        '/sign-in?problem=sign_in_abandoned',
      );
    }
    provider.forgeBy(undefined);
    expect((await signInAs('subject-of-zoe')).led).toBe('/');
  });

  it('P4: a link that was begun is not finished for who has signed out meanwhile', async () => {
    await ada.call('POST', '/session', { email, password: adminPassword });
    const id = await add('ute@x.example', { password });
    const ute = newBrowser(url);
    await ute.call('POST', '/session', { email: 'ute@x.example', password });
    const { url: address } = (await ute.call('POST', '/me/identities')).body;
    await ute.call('DELETE', '/sessions');
    provider.person.subject = 'subject-of-ute';
    expect(await follow(ute, provider, url, address)).toBe('/sign-in?problem=sign_in_abandoned');
    expect((await ada.call('GET', `/users/${id}/identities`)).body.total).toBe(0);
  });

  it('P4, S14: nor behind the end of the session in which it was begun', async () => {
    await ada.call('POST', '/session', { email, password: adminPassword });
    const id = await add('uwe@x.example', { password });
    const browser = newBrowser(url);
    await browser.call('POST', '/session', { email: 'uwe@x.example', password });
    const uwe = await actorOfSession(world.app, browser.cookie().split('=')[1] ?? '');
    if (!uwe) throw new Error('nobody is signed in');
    expect((await ada.call('DELETE', `/users/${id}/sessions`)).status).toBe(204);
    const account = { issuer: provider.issuer, subject: 'subject-of-uwe' };
    await expect(linkMine(world.app, uwe.actor, account, undefined)).rejects.toThrow(NoLongerAllowed);
    expect((await ada.call('GET', `/users/${id}/identities`)).body.total).toBe(0);
  });

  it('security 16: a disabled user’s account opens nothing', async () => {
    const id = await add('tim@x.example');
    await ada.call('POST', `/users/${id}/identities`, { subject: 'subject-of-tim' });
    const tim = await signInAs('subject-of-tim');
    expect((await tim.call('GET', '/me')).status).toBe(200);
    await ada.call('DELETE', `/users/${id}`, undefined, { 'if-match': '*' });
    expect((await tim.call('GET', '/me')).status).toBe(401);
    expect((await signInAs('subject-of-tim')).led).toBe('/sign-in?problem=not_linked');
  });
});

describe('single sign-on', async () => {
  const world = await newWorld('sqlite');

  it('P4: where none is set up it does not exist, and the sign-in page can tell', async () => {
    const call = world.as(undefined);
    expect((await call('GET', '/session/ways')).body).toEqual({ singleSignOn: false });
    expect((await call('GET', '/session/oidc')).status).toBe(404);
    expect((await call('GET', '/session/oidc/callback?code=x&state=y')).status).toBe(404);
  });

  it.each([
    { OIDC_ISSUER: 'http://id.example.org', OIDC_CLIENT_ID: 'x', BASE_URL: 'https://k.example.org' },
    { OIDC_ISSUER: 'id.example.org', OIDC_CLIENT_ID: 'x', BASE_URL: 'https://k.example.org' },
    { OIDC_ISSUER: 'https://id.example.org', BASE_URL: 'https://k.example.org' },
    { OIDC_ISSUER: 'https://id.example.org', OIDC_CLIENT_ID: 'x' },
  ])('security 48: a provider is reached over https, and is set up whole: %o', (settings) => {
    expect(() => readConfig(settings)).toThrow(/OIDC_ISSUER/);
  });
});
