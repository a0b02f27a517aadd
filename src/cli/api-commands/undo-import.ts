import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Client } from '../../contract/client.ts';
import type { OutputOf } from '../../contract/endpoint.ts';
import { getImport, undoImport } from '../../contract/imports.ts';
import { Refusal } from '../exit.ts';
import { counted } from '../output.ts';
import { connect } from './connect.ts';

type Import = OutputOf<typeof undoImport>;

/** `import undo ID`, through the API. */
export function addUndoCommand(parent: Command): void {
  parent
    .command('undo')
    .description('undo an import: delete what it made, put back what it changed, leave what was touched since')
    .argument('<id>', 'the id of the import')
    .action(runUndo);
}

async function runUndo(id: string, _: unknown, command: Command): Promise<void> {
  const { client, show, say } = connect(command);
  const done = await finished(client, await client.call(undoImport, { params: { id }, respondAsync: true }), say);
  show(done, resultLines(done));
  if (done.status === 'undone') return;
  const why = done.undone?.cause?.detail ?? 'It did not come to its end.';
  throw new Refusal(`${why} Undo the import once more: that goes on where it was.`);
}

const betweenLooksMs = 1000;

async function finished(client: Client, started: Import, say: (line: string) => void): Promise<Import> {
  let now = started;
  while (now.status === 'undoing' && now.id !== null) {
    await setTimeout(betweenLooksMs);
    now = await client.call(getImport, { params: { id: now.id } });
    if (now.status === 'undoing') say(`${Math.floor(100 * (now.undone?.share ?? 0))} %`);
  }
  return now;
}

function resultLines({ undone }: Import): string[] {
  if (!undone) return [];
  const { deleted, putBack, left } = undone.counts;
  const gone = Object.entries(deleted).filter(([, count]) => count > 0);
  const unlisted = left - undone.left.length;
  return [
    ...gone.map(([what, count]) => `${counted(count, what === 'equipment' ? 'unit' : what)} deleted`),
    ...(putBack > 0 ? [`${counted(putBack, 'record')} put back`] : []),
    ...undone.left.map(({ record, id, name, detail }) => `left: ${record} ${name ?? id}: ${detail}`),
    ...(unlisted > 0 ? [`and ${unlisted} more left`] : []),
  ];
}
