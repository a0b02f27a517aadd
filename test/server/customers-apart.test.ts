import { randomUUID } from 'node:crypto';
import readXlsx from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { allEndpoints } from '../../src/contract/api.ts';
import type { Endpoint } from '../../src/contract/endpoint.ts';
import { mayRole, ruleFor } from '../../src/domain/permissions.ts';
import { exportColumns } from '../../src/server/exports/columns.ts';
import type { ListName } from '../../src/server/list/sources.ts';
import { addPerson, type Person, send } from '../harness/actors.ts';
import { applyTo } from '../harness/arrange.ts';
import { addCustomerWorld, type CustomerWorld } from '../harness/customer-world.ts';
import { bodyOf, nameOf, pathOf } from '../harness/endpoint-calls.ts';
import { engines, newWorld } from '../harness/world.ts';

/** In every name and text of the other customer's records; requests spell it in small letters. */
const canary = 'ZqCanary';
const asked = canary.toLowerCase();

describe.each(engines)('the worlds of two customers on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomerWorld(world, 'Mine');
  const theirs = await addCustomerWorld(world, canary);
  // One of my keys is on a unit of theirs as well: the assignment exists for me, who holds it does not.
  const shared = { equipmentId: theirs.equipmentId, userName: `${canary} holder`, remarks: `${canary} remark` };
  const { id: sharedId } = await applyTo(world, mine.keyId, shared);
  const scope = [mine.customerId];
  const people = await Promise.all(
    (['administrator', 'technician', 'auditor'] as const).map((role) => addPerson(world, { role, scope })),
  );
  const everybody = await addPerson(world, { role: 'administrator', scope: 'all' });
  const administrator = people[0] as Person; // the first of three
  const foreign = Object.values(theirs).filter((id): id is string => typeof id === 'string');

  /** Nothing of the other customer's stands in an answer that did not stand in the request. */
  function judge(text: string, about: string): void {
    expect(text, about).not.toContain(canary);
    for (const id of foreign) if (!about.includes(id)) expect(text, about).not.toContain(id);
  }

  async function ask(person: Person, method: string, path: string, body?: unknown): Promise<string> {
    const headers = { 'if-match': '*' };
    const answer = await send(world, person.session, { method, path, body, headers });
    judge(answer.text, `${person.role} ${method} ${path} ${JSON.stringify(body ?? '')}`);
    expect(answer.status).toBeLessThan(500);
    return answer.text;
  }

  it('P2: my key on another customer’s unit has an assignment without unit, user and remarks', async () => {
    const { assignments, seatsTaken } = JSON.parse(await ask(administrator, 'GET', `/keys/${mine.keyId}`));
    expect([assignments.length, seatsTaken]).toEqual([2, 2]);
    const assignment = JSON.parse(await ask(administrator, 'GET', `/assignments/${sharedId}`));
    expect(assignment).toMatchObject({ id: sharedId, equipment: null, userName: null, remarks: null, customer: null });
  });

  it('P2: all of it is there for people of all customers', async () => {
    for (const { path, permission, list } of reads.filter((endpoint) => endpoint.list && !endpoint.list.isWhole))
      if (permission !== 'people.read')
        expect(
          (
            await send(world, everybody.session, {
              method: 'GET',
              path: `${path}?q=${asked}&sort=${list?.defaultSort}`,
            })
          ).text,
          path,
        ).toContain(permission === 'audit.read' ? '"total":0' : canary);
  });

  const reads = allEndpoints.filter(({ method, permission }) => method === 'GET' && permission !== 'public');
  const readersOf = ({ permission }: Endpoint) =>
    people.filter(({ role }) => permission !== 'public' && mayRole(role, permission));

  it.each(reads.filter(({ list }) => list && !list.isWhole).map((endpoint) => ({ name: nameOf(endpoint), endpoint })))(
    'P2: $name tells nothing of another customer in any filter, sort, group or search (security 20)',
    async ({ endpoint }) => {
      const { path, list } = endpoint;
      const queries = ['', `q=${asked}`, 'q=zq', ...foreign.slice(0, 8).map((id) => `q=${id}`)];
      for (const name of Object.keys(list?.fields ?? {})) {
        queries.push(`sort=${name}`, `sort=-${name}`, `groupBy=${name}`, `groupBy=${name}&q=${asked}`);
        queries.push(`${name}=${asked}`, ...(/id$/i.test(name) ? foreign.map((id) => `${name}=${id}`) : []));
      }
      for (const extra of Object.keys(list?.extra ?? {})) queries.push(`${extra}=all`, `${extra}=${theirs.keyId}`);
      for (const person of readersOf(endpoint))
        for (const query of queries) {
          const answer = JSON.parse(await ask(person, 'GET', `${path}?${query}`));
          if (new RegExp(`=(${asked}|${foreign.join('|')})$`).test(query) && answer.items)
            expect([query, answer.total]).toEqual([query, 0]);
        }
    },
  );

  it.each(reads.filter(({ list }) => list?.isWhole).map((endpoint) => ({ name: nameOf(endpoint), endpoint })))(
    'P2, X3: $name holds nothing of another customer, in CSV and in XLSX (security 20)',
    async ({ endpoint }) => {
      const name = endpoint.path.split('/')[1] as ListName; // the address is the list's name
      const { identity, shown, onRequest } = exportColumns[name];
      const columns = Object.keys({ ...identity, ...shown, ...onRequest }).join(',');
      for (const person of readersOf(endpoint)) {
        await ask(person, 'GET', `${endpoint.path}?columns=${columns}&lang=de`);
        await ask(person, 'GET', `${endpoint.path}?q=${asked}`);
        const { body } = await world.http.request(`/api/v1${endpoint.path}?format=xlsx&columns=${columns}`, {
          headers: person.session,
        });
        const sheets = await readXlsx(Buffer.from(await new Response(body).arrayBuffer()));
        judge(JSON.stringify(sheets), `${endpoint.path} as XLSX`);
      }
    },
  );

  it('P2: no other read tells anything of another customer, named by its id or not', async () => {
    for (const endpoint of reads.filter(({ list }) => !list)) {
      for (const person of readersOf(endpoint))
        for (const id of endpoint.path.includes('{') ? [...foreign, String(theirs.idx)] : [''])
          await ask(person, 'GET', endpoint.path.replace(/\{\w+\}/, id));
    }
  });

  it('P2, K4, E2: a refusal because of another customer’s record names nothing of it', async () => {
    const unit = (await world.admin('GET', `/equipment/${theirs.equipmentId}`)).body;
    const product = (await world.admin('GET', `/products/${theirs.productId}`)).body;
    const customer = (await world.admin('GET', `/customers/${theirs.customerId}`)).body;
    const { customerId, productId } = mine;
    const key = { keyType: 'permanent', customerId, productId };
    const taken: [string, string, object, string][] = [
      [
        'POST',
        '/equipment',
        { name: 'x', customerId, serialNumber: unit.serialNumber.toLowerCase() },
        'serial_number_taken',
      ],
      [
        'PATCH',
        `/equipment/${mine.equipmentId}`,
        { serialNumber: unit.serialNumber.toLowerCase() },
        'serial_number_taken',
      ],
      ['POST', '/keys', { ...key, licenseKey: theirs.licenseKey.toLowerCase() }, 'license_key_taken'],
      ['POST', '/keys/batch', { keys: [{ ...key, licenseKey: theirs.licenseKey }] }, 'license_key_taken'],
      [
        'POST',
        `/keys/${mine.freeKeyId}/replacement`,
        { licenseKey: theirs.licenseKey, reason: 'r' },
        'license_key_taken',
      ],
      ['PATCH', `/products/${productId}`, { name: product.name.toLowerCase() }, 'name_taken'],
      ['PATCH', `/customers/${customerId}`, { name: customer.name.toLowerCase() }, 'name_taken'],
    ];
    for (const [method, path, body, code] of taken)
      expect(JSON.parse(await ask(administrator, method, path, body))).toMatchObject({ code });
    expect(JSON.parse(await ask(administrator, 'POST', '/keys/lookup', { licenseKey: theirs.licenseKey }))).toEqual({
      items: [],
    });
  });

  it('P2: an id of another customer’s record in any body answers like one nobody has (security 21)', async () => {
    const ids = { ...mine, keyId: mine.freeKeyId, attributeId: randomUUID(), userId: randomUUID() };
    const tried: string[] = [];
    for (const endpoint of allEndpoints)
      for (const field of idFieldsOf(endpoint)) {
        const refusalOf = async (id: string) => {
          const body = withField(bodyOf(endpoint, ids), field, id);
          const text = await ask(administrator, endpoint.method, pathOf(endpoint, ids), body);
          const { status, code, detail } = JSON.parse(text);
          return { status, code, detail };
        };
        const refused = await refusalOf(String(theirs[recordOf(field)]));
        expect({ ...refused, name: nameOf(endpoint), field }).toMatchObject({ status: 404, code: 'not_found' });
        expect(refused).toEqual(await refusalOf(randomUUID()));
        tried.push(`${nameOf(endpoint)} ${field}`);
      }
    expect(tried.length).toBeGreaterThan(20);
  });

  it('P2, K4: a key of another customer cannot be named as the one that is spelled alike', async () => {
    const { customerId, productId } = mine;
    const body = { keyType: 'permanent', customerId, productId, licenseKey: theirs.licenseKey.toLowerCase() };
    for (const allowSimilarTo of [theirs.keyId, randomUUID()])
      expect(JSON.parse(await ask(administrator, 'POST', '/keys', { ...body, allowSimilarTo }))).toMatchObject({
        code: 'not_found',
      });
  });
});

/** The fields of a body that name records by id, as its schema tells; what is for people of all customers is left out. */
function idFieldsOf({ body, permission, bodyType }: Endpoint): string[] {
  if (!body || permission === 'public' || bodyType === 'multipart' || ruleFor(permission).wide) return [];
  const schema = JSON.stringify(z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }));
  return [...new Set([...schema.matchAll(/"(\w+(?:Ids?|SimilarTo))":/g)].map((match) => match[1] ?? ''))];
}

const records: Record<string, keyof CustomerWorld> = {
  customerId: 'customerId',
  productId: 'productId',
  licenseId: 'licenseId',
  keyId: 'keyId',
  allowSimilarTo: 'keyId',
  equipmentId: 'equipmentId',
  toEquipmentId: 'equipmentId',
};

function recordOf(field: string): keyof CustomerWorld {
  const record = records[field.replace(/s$/, '')];
  if (!record) throw new Error(`say here what ${field} names`);
  return record;
}

/** The sample with one id in the place of its own; a batch has it in its first line. */
function withField(sample: unknown, field: string, id: string): unknown {
  const value = field.endsWith('s') ? [id] : id;
  const body = sample as Record<string, unknown>; // no form among these
  if (Array.isArray(body.keys)) return { keys: [{ ...body.keys[0], [field]: value }] };
  return { ...body, [field]: value };
}
