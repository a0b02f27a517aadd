import type { Command } from 'commander';
import type { z } from 'zod';
import { listAssignments, removeAssignment } from '../../contract/assignments.ts';
import type { Client } from '../../contract/client.ts';
import { applyKey, type key, listKeys, renewKeys, revokeKeys } from '../../contract/keys.ts';
import { Refusal, UsageError } from '../exit.ts';
import { counted, table } from '../output.ts';
import { connect } from './connect.ts';
import { findCustomerId, findKey, findKeys, findUnit, nameOfKey } from './find.ts';
import { type ListOptions, listQuery, pageLines, pageWords } from './list-options.ts';

type Key = z.output<typeof key>;
type HolderOptions = { equipment?: string; user?: string; customer?: string; date?: string; remarks?: string };

/** `keys list` */
export async function listKeysOf(
  options: ListOptions & { status?: string; type?: string; customer?: string },
  command: Command,
): Promise<void> {
  const { client, show, say } = connect(command);
  const customerId = await findCustomerId(client, options.customer);
  const query = listQuery(options, { status: options.status, keyType: options.type, customerId });
  const page = await client.call(listKeys, { query });
  show(page, pageLines(page, keyTable));
  say(pageWords(page));
}

function keyTable(keys: Key[]): string[] {
  const heads = ['id', 'license key', 'product', 'type', 'status', 'from', 'until', 'seats', 'held by'];
  return table(
    heads,
    keys.map((key) => [
      key.id,
      key.maskedKey,
      key.product.name,
      key.keyType,
      key.status,
      key.validityStart,
      key.validityEnd,
      key.elsewhere ? '' : `${key.seatsTaken}/${key.seats}`,
      key.assignments.map(({ equipment, userName }) => equipment?.name ?? userName ?? 'another customer').join(', '),
    ]),
  );
}

/** `keys apply` */
export async function applyToHolder(name: string, options: HolderOptions, command: Command): Promise<void> {
  const { equipment, user, customer, date, remarks } = options;
  if (equipment === undefined && user === undefined)
    throw new UsageError('Say what to apply the key to: --equipment, --user, or both.');
  const { client, show, say } = connect(command);
  const { id, maskedKey } = await findKey(client, name);
  const unit = equipment === undefined ? undefined : await findUnit(client, equipment);
  const customerId = await findCustomerId(client, customer);
  const made = await client.call(applyKey, {
    params: { id },
    body: {
      ...(unit && { equipmentId: unit.id }),
      ...(user && { userName: user }),
      ...(customerId && { customerId }),
      ...(date && { appliedOn: date }),
      ...(remarks && { remarks }),
    },
  });
  show(made, [made.id]);
  say(`${nameOfKey(maskedKey)} is applied to ${unit?.name ?? user}.`);
}

/** `keys remove` */
export async function removeFromHolder(name: string, options: HolderOptions, command: Command): Promise<void> {
  const { client, show, say } = connect(command);
  const { id: keyId, maskedKey } = await findKey(client, name);
  const assignment = await theAssignment(client, keyId, options);
  await client.call(removeAssignment, { params: { id: assignment.id }, ifMatch: '*' });
  show({ removed: assignment.id }, []);
  say(`${nameOfKey(maskedKey)} is removed from ${assignment.equipment?.name ?? assignment.userName ?? 'its holder'}.`);
}

async function theAssignment(client: Client, keyId: string, { equipment, user }: HolderOptions) {
  const equipmentId = equipment === undefined ? undefined : (await findUnit(client, equipment)).id;
  const query = { keyId, equipmentId, userName: user, limit: 5 };
  const [first, ...others] = (await client.call(listAssignments, { query })).items ?? [];
  if (!first) throw new Refusal('The key is not applied there.');
  if (others.length === 0) return first;
  const holders = [first, ...others].map((held) => held.equipment?.name ?? held.userName).join(', ');
  throw new Refusal(`The key is applied to several: ${holders}. Say which with --equipment or --user.`);
}

/** `keys renew` */
export async function renew(
  names: string[],
  { until, by, reference }: { until?: string; by?: string; reference?: string },
  command: Command,
): Promise<void> {
  if ((until === undefined) === (by === undefined))
    throw new UsageError('Say either --until DAY or --by PERIOD, for example --by P1Y.');
  const { client, show, say } = connect(command);
  const keyIds = (await findKeys(client, names)).map(({ id }) => id);
  const end = until === undefined ? { extendBy: by } : { validityEnd: until };
  const done = await client.call(renewKeys, { body: { keyIds, ...end, ...(reference && { reference }) } });
  show(done, keyTable(done.items));
  say(`${counted(done.items.length, 'key')} renewed.`);
}

/** `keys revoke` */
export async function revoke(
  names: string[],
  { reason, removeAssignments }: { reason: string; removeAssignments?: true },
  command: Command,
): Promise<void> {
  const { client, show, say } = connect(command);
  const keyIds = (await findKeys(client, names)).map(({ id }) => id);
  const done = await client.call(revokeKeys, {
    body: { keyIds, reason, ...(removeAssignments && { removeAssignments }) },
  });
  show(done, keyTable(done.items));
  say(`${counted(done.items.length, 'key')} revoked.`);
}
