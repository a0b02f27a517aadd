import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Statement, statedBy } from '../../src/domain/audit/stated-facts.ts';
import { table, withMadeParts } from './made-parts.ts';

const file = fileURLToPath(new URL('../../docs/AUDIT.md', import.meta.url));

/** What an action states, as far as it is more than all that stands in its content under the names of facts. */
function words({ does, record, facts = {}, each, given }: Statement): string {
  const named = Object.keys(facts);
  const which = record === 'subject' ? 'its subject' : `\`${record}\``;
  const more = [
    ...(each ? [`each of \`${each}\``] : []),
    ...(named.length > 0 ? [named.join(', ')] : []),
    ...(given ? [`if \`${given}\``] : []),
  ];
  return `${does} ${which}${more.length > 0 ? ` (${more.join('; ')})` : ''}`;
}

function factTable(): string {
  const rows = Object.entries(statedBy).map(([action, statements]) => [
    `\`${action}\``,
    statements.map(words).join(', ') || '-',
  ]);
  return table(['action', 'states of records'], rows);
}

test('house: the page about the log tells of every action what it states', async () => {
  await expect(withMadeParts(readFileSync(file, 'utf8'), { facts: factTable })).toMatchFileSnapshot(file);
});
