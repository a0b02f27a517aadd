import type { Command } from 'commander';
import type { z } from 'zod';
import {
  createEquipment,
  type equipment,
  equipmentStatuses,
  listEquipment,
  recoverKeys,
  transferKeys,
} from '../../contract/equipment.ts';
import { UsageError } from '../exit.ts';
import { counted, table } from '../output.ts';
import { connect } from './connect.ts';
import { findCustomerId, findUnit } from './find.ts';
import { addListOptions, type ListOptions, listQuery, pageLines, pageWords } from './list-options.ts';

type Unit = z.output<typeof equipment>;
type AddOptions = Partial<
  Record<
    'serial' | 'assetTag' | 'code' | 'type' | 'manufacturer' | 'model' | 'location' | 'status' | 'customer',
    string
  >
> & { remarks?: string };

const unitArgument = 'id, serial number, asset tag or name';

/** `equipment …`: units, and what is done with all keys of one, through the API. */
export function addEquipmentCommands(program: Command): void {
  const units = program.command('equipment').description('units that carry keys, through the server');
  addListOptions(units.command('list').description('list, search and group units'))
    .option('--customer <customer>', 'name or id')
    .action(list);
  units
    .command('add')
    .description('add a unit')
    .argument('<name>', 'what people call it')
    .option('--serial <number>', 'serial number')
    .option('--asset-tag <tag>', 'inventory number or barcode')
    .option('--code <text>')
    .option('--type <text>', 'for example laptop')
    .option('--manufacturer <name>')
    .option('--model <name>')
    .option('--location <text>')
    .option('--status <status>', equipmentStatuses.join(', '))
    .option('--customer <customer>', 'name or id; the organisation itself unless said')
    .option('--remarks <text>')
    .action(add);
  units
    .command('recover')
    .description('remove all keys from a unit')
    .argument('<unit>', unitArgument)
    .option('--remarks <text>')
    .action(recover);
  units
    .command('transfer')
    .description('move all keys of a unit to another')
    .argument('<from>', unitArgument)
    .argument('<to>', unitArgument)
    .option('--remarks <text>')
    .action(transfer);
}

async function list(options: ListOptions & { customer?: string }, command: Command): Promise<void> {
  const { client, show, say } = connect(command);
  const customerId = await findCustomerId(client, options.customer);
  const page = await client.call(listEquipment, { query: listQuery(options, { customerId }) });
  show(page, pageLines(page, unitTable));
  say(pageWords(page));
}

function unitTable(units: Unit[]): string[] {
  return table(
    ['id', 'name', 'serial', 'asset tag', 'customer', 'status', 'keys'],
    units.map((unit) => [
      unit.id,
      unit.name,
      unit.serialNumber,
      unit.assetTag,
      unit.customer.name,
      unit.status,
      unit.keyCount,
    ]),
  );
}

async function add(name: string, options: AddOptions, command: Command): Promise<void> {
  const { client, show, say } = connect(command);
  const { serial, assetTag, customer, status, ...texts } = options;
  const known = equipmentStatuses.find((value) => value === status);
  if (status !== undefined && !known) throw new UsageError(`--status takes one of ${equipmentStatuses.join(', ')}.`);
  const customerId = await findCustomerId(client, customer);
  const unit = await client.call(createEquipment, {
    body: {
      name,
      ...texts,
      ...(serial && { serialNumber: serial }),
      ...(assetTag && { assetTag }),
      ...(known && { status: known }),
      ...(customerId && { customerId }),
    },
  });
  show(unit, unitTable([unit]));
  say(`${unit.name} added.`);
}

async function recover(name: string, { remarks }: { remarks?: string }, command: Command): Promise<void> {
  const { client, show, say } = connect(command);
  const unit = await findUnit(client, name);
  const done = await client.call(recoverKeys, { params: { id: unit.id }, body: { ...(remarks && { remarks }) } });
  show(
    done,
    done.items.map(({ key }) => key.maskedKey),
  );
  say(`${counted(done.items.length, 'key')} recovered from ${unit.name}.`);
}

async function transfer(from: string, to: string, { remarks }: { remarks?: string }, command: Command): Promise<void> {
  const { client, show, say } = connect(command);
  const unit = await findUnit(client, from);
  const target = await findUnit(client, to);
  const done = await client.call(transferKeys, {
    params: { id: unit.id },
    body: { toEquipmentId: target.id, ...(remarks && { remarks }) },
  });
  show(
    done,
    done.items.map(({ key }) => key.maskedKey),
  );
  say(`${counted(done.items.length, 'key')} moved from ${unit.name} to ${target.name}.`);
}
