import { describe, expect, it } from 'vitest';
import { allEndpoints } from '../../src/contract/api.ts';
import type { Endpoint } from '../../src/contract/endpoint.ts';
import { type Action, mayRole, roles, ruleFor } from '../../src/domain/permissions.ts';
import { routes } from '../../src/server/routes.ts';
import { addPerson, type Person, type RawAnswer } from '../harness/actors.ts';
import { addCustomerWorld } from '../harness/customer-world.ts';
import { bodyOf, call, type Ids, isScopedItem, nameOf, unknown } from '../harness/endpoint-calls.ts';
import { type EngineName, newWorld, type World } from '../harness/world.ts';

/** What needs no sign-in. Whoever adds to it has thought about it. */
const publicEndpoints = [
  'GET /setup',
  'POST /setup',
  'POST /session',
  'GET /session/ways',
  'GET /session/oidc',
  'GET /session/oidc/callback',
];

/** Reads whose answer is the same for every customer: definitions, settings, the own account, the log's own signature. */
const scopeless = [
  'GET /me',
  'GET /me/second-factor',
  'GET /me/identities',
  'GET /sessions',
  'GET /tokens',
  'GET /users',
  'GET /users/export',
  'GET /users/{id}/identities',
  'GET /settings',
  'GET /attributes',
  'GET /attributes/{id}',
  'GET /audit/checkpoint',
  'GET /expiry-runs',
  'GET /consistency-checks',
];

const isPublic = ({ permission }: Endpoint) => permission === 'public';
const actionsOf = ({ permission, alsoNeeds }: Endpoint): Action[] =>
  [permission, alsoNeeds].filter((action): action is Action => action !== undefined && action !== 'public');

const codeOf = ({ text }: RawAnswer): string => (text.startsWith('{') ? (JSON.parse(text).code ?? '') : '');

/** What the table answers before any record is looked at; undefined where it lets through. */
function tableRefusal(endpoint: Endpoint, person: Person, kind: 'session' | 'token'): string | undefined {
  const rules = actionsOf(endpoint).map((action) => ({ action, ...ruleFor(action) }));
  if (rules.some(({ action }) => !mayRole(person.role, action))) return '403 forbidden';
  if (rules.some(({ wide }) => wide && person.scope !== 'all')) return '403 forbidden';
  return kind === 'token' && rules.some(({ tokens }) => !tokens) ? '403 forbidden' : undefined;
}

const seen = (answer: RawAnswer) => `${answer.status} ${codeOf(answer)}`.trim();

/** The refusal without what is new at every request. */
const refusalOf = ({ status, text }: RawAnswer) => {
  const { requestId: _, ...problem } = JSON.parse(text);
  return { status, ...problem };
};

async function newScene(engine: EngineName) {
  const world = await newWorld(engine);
  const attribute = await world.admin('POST', '/attributes', {
    recordType: 'key',
    name: 'room',
    kind: 'text',
    labelEn: 'Room',
    labelDe: 'Raum',
  });
  const others = {
    attributeId: attribute.body.id,
    userId: (await addPerson(world, { role: 'auditor', scope: [] })).id,
  };
  const shared: Ids = { ...(await addCustomerWorld(world, word)), ...others };
  const theirs = await addCustomerWorld(world, 'ZqTheirs');
  const scopes = { all: 'all', in: [shared.customerId], out: [theirs.customerId], none: [] } as const;
  const newCast = async (): Promise<Cast> => {
    const cast: Cast = [];
    for (const role of roles)
      for (const [where, scope] of Object.entries(scopes))
        cast.push({ where, person: await addPerson(world, { role, scope }) });
    return cast;
  };
  const cast = await newCast();
  return {
    world,
    shared,
    /** What reads share; each write has records of its own. */
    recordsFor: async ({ method }: Endpoint): Promise<Ids> =>
      method === 'GET' ? shared : { ...(await addCustomerWorld(world, word, shared.customerId)), ...others },
    /** Who ends sessions is somebody else. */
    castFor: async ({ permission }: Endpoint) => (permission.startsWith('session.') ? newCast() : cast),
  };
}

type Cast = { where: string; person: Person }[];

const protectedEndpoints = allEndpoints.filter((endpoint) => !isPublic(endpoint));
const idFields = ({ licenseKey: _, idx: __, attributeId: ___, userId: ____, ...scoped }: Ids) => Object.values(scoped);
const kinds = ['session', 'token'] as const;
const word = 'ZqMine';

it('every endpoint of the contract has a route and a permission, and only the known ones need no sign-in (security 19)', () => {
  expect(routes.map(({ endpoint }) => nameOf(endpoint)).sort()).toEqual(allEndpoints.map(nameOf).sort());
  expect(allEndpoints.filter(isPublic).map(nameOf).sort()).toEqual([...publicEndpoints].sort());
  for (const endpoint of allEndpoints) for (const action of actionsOf(endpoint)) expect(ruleFor(action)).toBeDefined();
});

/** Whether an answer says that the table and the session let it through. */
const isLetThrough = (answer: RawAnswer) =>
  answer.status < 500 &&
  !['unauthenticated', 'forbidden', 'confirmation_needed', 'enrolment_needed'].includes(codeOf(answer));

/** Records in scope: the verb is reached, and a read answers. */
function judgeInside(endpoint: Endpoint, answer: RawAnswer): void {
  expect(isLetThrough(answer), answer.text).toBe(true);
  if (isScopedItem(endpoint)) expect(answer.status, answer.text).not.toBe(404);
  if (endpoint.method === 'GET' && !endpoint.path.includes('{')) expect(answer.status, answer.text).toBe(200);
}

/** Records out of scope: they read like none at all, and nothing of them is told. */
async function judgeOutside(world: World, endpoint: Endpoint, person: Person, kind: (typeof kinds)[number], ids: Ids) {
  const answer = await call(world, person[kind], endpoint, ids);
  if (scopeless.includes(nameOf(endpoint))) return expect(isLetThrough(answer), answer.text).toBe(true);
  expect(answer.text).not.toContain(word);
  for (const id of idFields(ids)) expect(answer.text).not.toContain(id);
  const body = bodyOf(endpoint, ids);
  const namesRecord = isScopedItem(endpoint) || idFields(ids).some((id) => textOf(body).includes(id));
  if (namesRecord) {
    expect(answer.text).toMatch(/"code":"not_found"/);
    expect(answer.status).toBe(endpoint.bodyType === 'multipart' ? 400 : 404);
    expect(refusalOf(answer)).toEqual(refusalOf(await call(world, person[kind], endpoint, unknown(ids))));
  } else expect(isLetThrough(answer), answer.text).toBe(true);
  if (
    endpoint.list?.isWhole !== true &&
    answer.status === 200 &&
    person.scope.length === 0 &&
    answer.text.startsWith('{')
  )
    expect(JSON.parse(answer.text)).toMatchObject(endpoint.list ? { items: [], total: 0 } : {});
}

const textOf = (body: Record<string, unknown> | FormData | undefined) =>
  JSON.stringify(body instanceof FormData ? [...body.entries()] : (body ?? ''));

async function judgeEndpoint(world: World, endpoint: Endpoint, ids: Ids, cast: Cast) {
  for (const { where, person } of cast)
    for (const kind of kinds) {
      const refused = tableRefusal(endpoint, person, kind);
      const answered = () => call(world, person[kind], endpoint, ids);
      if (refused) expect(seen(await answered()), `${person.role} ${where} ${kind}`).toBe(refused);
      else if (where === 'all' || where === 'in') judgeInside(endpoint, await answered());
      else await judgeOutside(world, endpoint, person, kind, ids);
    }
}

describe.each(['sqlite', 'postgres'] as const)('every endpoint, each role and scope, on %s', async (engine) => {
  const { world, shared, recordsFor, castFor } = await newScene(engine);
  const some = protectedEndpoints.filter(({ method }) => engine === 'sqlite' || method === 'GET');

  it.each(some.map((endpoint) => ({ name: nameOf(endpoint), endpoint })))(
    'P1, P2: $name answers as the table says, and out of scope like nothing (security 20) (security 21)',
    async ({ endpoint }) => judgeEndpoint(world, endpoint, await recordsFor(endpoint), await castFor(endpoint)),
  );

  it('P4: nobody disabled and no expired or revoked token or session is answered anything (security 16)', async () => {
    const out = [
      await addPerson(world, { role: 'administrator', scope: 'all', disabled: true }),
      await addPerson(world, { role: 'administrator', scope: 'all', expired: true }),
    ];
    for (const endpoint of some)
      for (const person of out)
        for (const kind of kinds)
          expect([nameOf(endpoint), seen(await call(world, person[kind], endpoint, shared))]).toEqual([
            nameOf(endpoint),
            '401 unauthenticated',
          ]);
  });

  it('what needs a confirmed session is refused ten minutes after the last confirmation (security 18)', async () => {
    const late = await addPerson(world, { role: 'administrator', scope: 'all', confirmedMinutesAgo: 11 });
    const asked = some.filter((endpoint) => actionsOf(endpoint).some((action) => ruleFor(action).confirm));
    for (const endpoint of asked)
      expect([nameOf(endpoint), seen(await call(world, late.session, endpoint, shared))]).toEqual([
        nameOf(endpoint),
        '403 confirmation_needed',
      ]);
  });
});
