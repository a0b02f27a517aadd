import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src/', import.meta.url));
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path): [string, string] => [path.replaceAll('\\', '/'), readFileSync(src + path, 'utf8')]);

/** The files in which a pattern stands, with what stands there. */
function standing(pattern: RegExp): string[] {
  return sources.flatMap(([path, text]) => [...text.matchAll(pattern)].map((match) => `${path}: ${match[0]}`));
}

test('security 40: SQL text is never put together from values; only the migrations, which take none, are raw', () => {
  expect(standing(/\bsql\.raw\b|\brawSql\b/g)).toEqual(['db/migrate.ts: sql.raw']);
  // Literals, quoted by the query builder: the values of the contract's own enums, and the names of our tables.
  const literals = ['db/own-tables.ts: sql.lit', 'server/list/order.ts: sql.lit'];
  expect(new Set(standing(/\bsql\.lit\b/g))).toEqual(new Set(literals));
});

test('security 42: no pattern is made of what a user types', () => {
  const made = standing(/new RegExp\((?!`|\/)/g);
  expect(made).toEqual([]);
  // The others are put together from constants of their own file, or from names that the caller spells out.
  const files = new Set(standing(/new RegExp\(/g).map((found) => found.split(':')[0]));
  expect([...files].sort()).toEqual([
    'domain/license-key.ts',
    'server/imports/read/destroyed-numbers.ts',
    'server/imports/read/read-xml.ts',
  ]);
});

test('S2: no text is sought by a pattern: whether one holds another is asked one way, in a time that both bear', () => {
  // Templates alone: words of a comment are none.
  const patterns = standing(/`[^`]*\s(?:i?like|glob|regexp|similar to|~\*?)\s+\$\{/gi).map(
    (found) => found.split(':')[0],
  );
  // The latter of twenty letters, which an index has: what it finds is asked again.
  expect(patterns).toEqual(['db/fragments.ts', 'db/search-index.ts']);
});

test('S2: what formats numbers, days and plurals is made once, for it takes fifty times as long to make as to use', () => {
  const made = standing(/new Intl\.\w+|\.toLocale(?:Date|Time)?String\(/g).filter((found) => !found.startsWith('web/'));
  expect(made.sort()).toEqual([
    'domain/audit/sentence.ts: new Intl.PluralRules',
    'domain/day.ts: new Intl.DateTimeFormat',
    'domain/plain-number.ts: new Intl.NumberFormat',
  ]);
});

test('security 41: no text becomes markup: nothing writes HTML but the one fixed page of the API', () => {
  expect(standing(/dangerouslySetInnerHTML|\.innerHTML|insertAdjacentHTML|document\.write/g)).toEqual([]);
  expect(standing(/<html\b/g)).toEqual(['server/http/docs-page.ts: <html']);
});

test('what is on the screen, and typed there, stays where it could not be read again', () => {
  expect(standing(/\bif \([^)]*\.isError\b[^)]*\) return/g)).toEqual([]);
});

test('S21: the values of a filter are put together and taken apart by one codec', () => {
  const byComma = standing(/\.(?:split|join)\(\s*(['"`]),\1/g).map((found) => found.split(':')[0]);
  // What starts, measures and speaks HTTP reads settings, headers and figures. Of the others none is a filter: names of fields, and hosts.
  const places = [...new Set(byComma)].filter((path) => !/^server\/((http|upkeep)\/)?[^/]+$/.test(path ?? ''));
  expect(places.sort()).toEqual([
    'contract/list.ts',
    'db/migrations/0006-filter-values.ts',
    'db/postgres-hosts.ts',
    'server/exports/answer-file.ts',
    'server/exports/sheet.ts',
    'server/list/order.ts',
    'server/list/parse-list.ts',
    'web/grid/data-grid.tsx',
    'web/grid/grid-toolbar.tsx',
    'web/grid/list-address.ts',
  ]);
});

test('security 54: nothing is written to the log but by its one logger, as JSON lines', () => {
  expect(standing(/\bconsole\.\w+/g)).toEqual([]);
});

test('S2: an import spreads no list into the arguments of a call: what a file makes long is more than a call takes', () => {
  const spread = standing(
    /(?:\.(?:push|unshift|splice|concat|fromCharCode|fromCodePoint)|\bMath\.(?:max|min))\((?:[^(){}]*,\s*)?\.\.\./g,
  );
  expect(spread.filter((found) => found.startsWith('server/imports/'))).toEqual([]);
});

test('S18: rights are set on files of Keybook’s own making alone; on whatever else only where doctor is told to', () => {
  const places = new Set(standing(/\b(?:l|f)?chmod(?:Sync)?\(/g).map((found) => found.split(':')[0]));
  expect([...places].sort()).toEqual([
    'db/embedded-file.ts',
    'db/file-lock.ts',
    'server/upkeep/doctor.ts',
    'server/upkeep/restore.ts',
  ]);
});

test('S2: others have their turn one way', () => {
  const places = new Set(standing(/\bsetImmediate\b/g).map((found) => found.split(':')[0]));
  // Whoever commits waits for those who come in the same turn.
  expect([...places].sort()).toEqual(['db/group-commit.ts', 'db/others-turn.ts']);
});

test('S18: a file is made new: whatever lies there, be it a link, is neither followed nor written over', () => {
  const writes = standing(/\b(?:writeFileSync|copyFileSync|createWriteStream|appendFileSync|openSync)\([^;]*;/g);
  expect(writes.length).toBeGreaterThan(8);
  const others = writes.filter((found) => !/flag: 'wx'|flags: 'wx'|COPYFILE_EXCL|openSync\(folder, 'r'\)/.test(found));
  expect(others).toEqual([expect.stringMatching(/^db\/embedded-file\.ts: openSync\(file, 'r\+'\)/)]);
});

/** What lives as long as the process or its database, and what keeps it small however many requests come. */
const kept: Record<string, string> = {
  'db/compare-schema.ts': 'what the steps make, weakly by the database',
  'db/faults.ts': 'errors, weakly: gone with their request',
  'db/fragments.ts': 'long lists as one parameter, weakly: gone with their request',
  'db/reader-program.ts': 'the one connection of its process',
  'db/sqlite-connect.ts': '500 statements of 20,000 characters at most',
  'db/statement.ts': 'the fixed statements of the source',
  'server/audit/head.ts': 'transactions under way, weakly',
  'server/http/client-address.ts': 'what was said once, weakly by the settings',
  'server/http/http-api.ts': 'the addresses of the contract',
  'server/imports/read/read-xml.ts': 'the attribute names that the source spells out',
  'server/imports/run/running-imports.ts': 'imports under way, which are limited',
  'server/http/made-once.ts': 'the files of the five fixed addresses of the docs page',
  'server/http/operations.ts': 'the statuses of answers',
  'server/http/shared-for.ts': 'one answer, that of readyz',
  'server/keys/unique-text.ts': 'keys that the requests under way name, weakly',
  'server/people/common-passwords.ts': 'the one list of common passwords, read once',
  'server/people/oidc/provider.ts': 'the one provider of the settings, weakly',
  'server/people/password.ts': 'a queue of 100, two of a person and ten of a network',
  'server/people/throttled-entry.ts': '1,000 accounts a minute, by keyed hashes',
  'server/http/refusal-log.ts': '1,000 kinds of refusals a minute',
  'server/limits/request-limits.ts': '10,000 who ask, and who waits for a place',
  'server/schedule.ts': 'two timers and the jobs under way',
  'server/seals/change-sealed.ts': 'the rows of the changes under way, weakly',
  'server/seals/seal.ts': 'seals of 1,000 rows, which only the server can make',
  'server/seals/told-lately.ts': '1,000 rows within a minute, weakly',
  'server/upkeep/space.ts': 'databases, weakly',
  'server/http/static-files.ts': 'the files of the build, read once',
};

test('S1: whatever the server keeps beyond a request is on a closed list, with what bounds it', () => {
  const growing = /new (?:Weak)?(?:Map|Set)(?:<.*>)?\(\)|^let \w|^ +let (?:made|last)\b/m;
  const ofModule = /^const \w+(?:: [^=]+)? = (?:\[\]|\{\}|new (?:Weak)?(?:Map|Set)(?:<.*>)?\(\));|^let \w/m;
  // Where routes are made, an answer is shared, and a database or the schedule is opened, closures live as long as the process.
  const lives = /from 'hono'|^import SqliteFile|\bnewSchedule\(app|^export function (?:sharedFor|madeOnce)/m;
  const found = sources
    .filter(([path]) => /^(server|db)\//.test(path))
    .filter(([, text]) => ofModule.test(text) || (lives.test(text) && growing.test(text)));
  expect(found.map(([path]) => path).sort()).toEqual(Object.keys(kept).sort());
});

test('S9: work that outlives its request is named here, and each asks again whether its actor still may', () => {
  const begun = standing(/(?<!function )\binBackground\(|\bnew ReadableStream\b|\bwrite(?:Csv|Xlsx)Stream\(/g).filter(
    (found) => found.startsWith('server/'),
  );
  expect([...new Set(begun)].sort()).toEqual([
    // The server's own work, in nobody's name.
    'server/audit/checkpoints.ts: inBackground(',
    'server/audit/read-log.ts: inBackground(',
    // Files, which ask before each piece in exports/answer-file.ts.
    'server/exports/write-file.ts: writeCsvStream(',
    'server/exports/write-file.ts: writeXlsxStream(',
    // Imports, which ask before each part in imports/run-import.ts.
    'server/imports/run/import-verb.ts: inBackground(',
    // The undo of one, which asks as well.
    'server/imports/undo/undo-import.ts: inBackground(',
    // An answer passed on as it comes, so that its end is seen.
    'server/limits/request-limits.ts: new ReadableStream',
    // The entry of a refused sign-in, by nobody who is signed in.
    'server/people/throttled-entry.ts: inBackground(',
    'server/schedule.ts: inBackground(',
  ]);
  expect([...new Set(standing(/\bstillAllowed\(/g).map((found) => found.split(':')[0]))].sort()).toEqual([
    // Evidence, which is long in the making: before each part, and before it is recorded.
    'server/audit/evidence.ts',
    'server/exports/answer-file.ts',
    'server/imports/run/import-verb.ts',
    'server/imports/run/run-import.ts',
    'server/imports/undo/undo-import.ts',
    'server/scope/still-allowed.ts',
  ]);
});

/** Who writes outside `change`, and what: nothing of a record, which the log would not know. */
const writesBesideTheLog: Record<string, string> = {
  'server/audit/checkpoints.ts': 'checkpoints, which are signed over the log',
  'server/change.ts': 'all that has an entry: the one door',
  'server/demo/load-demo.ts': 'the demo, whose verbs each go through the door, in one transaction',
  'server/imports/plan/import-row.ts': 'how far an import is',
  'server/imports/run/run-import.ts': 'the same, of a part that changed nothing',
  'server/imports/undo/undo-row.ts': 'how far its undo is',
  'server/imports/write/write-file.ts': 'a rehearsal, which is undone',
  'server/limits/refused-attempts.ts': 'how often something was refused since the last entry',
  'server/limits/tries.ts': 'how often something limited was done',
  'server/people/code-ceiling.ts': 'wrong codes of an account',
  'server/people/note-seen.ts': 'when a session or token was last used',
  'server/people/second-factor.ts': 'the secret of a second factor that no code has proved yet',
  'server/people/setup-token.ts': 'the setup token, before there is anybody',
  'server/people/throttle.ts': 'failed attempts',
  'server/secrets/begin-seals.ts': 'the secrets of tags and seals, at the start',
  'server/secrets/master-key.ts': 'the wrapped secrets, at the first start',
  'server/secrets/rotate.ts': 'the same secrets under new keys, and what they encrypt',
  'server/upkeep/clean-up.ts': 'rows of this list that are out of date',
};

test('L1: whatever is written outside `change` is on a closed list, with what it is', () => {
  const outsideDb = (pattern: RegExp) =>
    [...new Set(standing(pattern).flatMap((found) => found.split(':')[0] ?? []))].filter((path) => !/^db\//.test(path));
  expect(outsideDb(/\.transaction\(/g).sort()).toEqual(Object.keys(writesBesideTheLog));
  // The plain handle is for offline commands and the reading of secrets.
  expect(outsideDb(/\bdatabase\.admin\b/g).sort()).toEqual([
    'server/secrets/begin-seals.ts',
    'server/secrets/master-key.ts',
    'server/secrets/rotate.ts',
    'server/upkeep/renew-seals.ts',
    'server/upkeep/tags-of-database.ts',
    'server/upkeep/take-over.ts',
  ]);
});

test('P8: what decides who may do what is written by the functions that seal it, and by a closed list of others', () => {
  const sealed = 'user|session|token|settings|setup_token|second_factor|recovery_code|identity';
  const writes = standing(new RegExp(`(?:insertInto|updateTable|mergeInto|replaceInto)\\('(?:${sealed})'\\)`, 'g'));
  expect(writes.filter((found) => !found.startsWith('server/seals/')).sort()).toEqual([
    // Holds a row until commit and changes nothing of it.
    "server/imports/plan/import-row.ts: updateTable('settings')",
    "server/limits/limits.ts: updateTable('user')",
    // When a session was last seen, the day a token was last used: no seal covers them.
    "server/people/actors.ts: updateTable('session')",
    "server/people/actors.ts: updateTable('token')",
    // Sealed at once: there is no entry of it yet.
    "server/people/setup-token.ts: insertInto('setup_token')",
    "server/people/user-record.ts: updateTable('user')",
  ]);
  // A row may always go; what belongs to a person goes by the functions that seal the person anew, or for the first time.
  const deletes = standing(/deleteFrom\('(?:user|token|settings|second_factor|recovery_code|identity)'\)/g);
  const sealing = ['server/seals/factor-rows.ts', 'server/seals/seal-existing.ts'];
  expect(deletes.filter((found) => !sealing.includes(found.split(':')[0] ?? ''))).toEqual([]);
});

test('P8: a record is found by a text, a name or a mark where that is held against the log, or where nothing rests on it', () => {
  const byText = standing(/(?:where|isInList)\('(?:k\.)?h[lx]'/g);
  expect(byText).toEqual(["server/keys/find-by-text.ts: isInList('k.hl'"]);
  const byName = standing(/selectFrom\('customer'\)(?:\s+\.\w+\(.*\))*?\s+\.where\('name_f'/g).map(
    (found) => found.split(':')[0],
  );
  // The second names the customer that has a name already, in a refusal.
  expect(byName.sort()).toEqual(['server/customers/customer-record.ts', 'server/customers/find-by-name.ts']);
  const claimed = standing(/(?:updateTable|deleteFrom)\('(?:key as k|equipment)'\)/g).map(
    (found) => found.split(':')[0] ?? '',
  );
  const unasked = [...new Set(claimed)].filter(
    (path) => !sources.some(([one, text]) => one === path && /requireAsTold\(|keysHeldBack\(/.test(text)),
  );
  expect(unasked).toEqual([]);
});

test('R1: nothing is started that nobody waits for, but where its failure is reported', () => {
  const started = standing(/^\s*void [a-zA-Z.]+\(.*$/gm);
  expect(started.filter((found) => /^(server|db|cli)\//.test(found))).toEqual([]);
});

test('R7: screens send one way: the name of a write is given by web/verb alone, and nothing changes but through its send', () => {
  const screens = (pattern: RegExp): string[] =>
    standing(pattern).filter((found) => /^web\/(?!verb\/|api\/)/.test(found));
  expect(screens(/\bidempotencyKey\b|\bnewIntent\b|\buseMutation\b|\bunderOneIntent\b/g)).toEqual([]);
  const verbs = sources
    .filter(([path]) => path.startsWith('contract/'))
    .flatMap(([, text]) => [...text.matchAll(/export const (\w+) = endpoint\(\{\n {2}at: ['`](?!GET )/g)])
    .map(([, name]) => name);
  expect(verbs).toContain('applyKey');
  const called = screens(/\bclient\.call\(\s*(\w+)/g).map((found) => found.replace(/client\.call\(\s*/, ''));
  // What is asked with a body, for what it asks about may stand in no address: it changes nothing.
  expect(called.filter((found) => verbs.includes(found.split(' ')[1])).sort()).toEqual([
    'web/equipment/scan.tsx: lookupKeys',
    'web/equipment/use-free-keys.ts: lookupKeys',
    'web/frame/search-dialog.tsx: lookupKeys',
    'web/grid/use-whole-key-search.ts: lookupKeys',
    // A rehearsal.
    'web/imports/use-sending.ts: startImport',
    'web/keys/lines-table.tsx: lookupKeys',
    // A rehearsal.
    'web/keys/use-known-keys.ts: createKeys',
    'web/ui/record-select.tsx: lookupKeys',
  ]);
  // What asks before a verb is the one dialog; these are no verbs, or act on one line after another.
  expect(screens(/<Modal\b/g).sort()).toEqual([
    'web/assignments/remove-dialog.tsx: <Modal',
    'web/equipment/line-tools.tsx: <Modal',
    'web/form/leave-dialog.tsx: <Modal',
    'web/form/stale-dialog.tsx: <Modal',
    'web/frame/search-dialog.tsx: <Modal',
    'web/keys/renew-dialog.tsx: <Modal',
    'web/settings/token-dialog.tsx: <Modal',
  ]);
});

test('house: nothing asks which language it is: what a language says stands in its file, how it writes days and numbers too', () => {
  const asked = standing(/[=!]== '(?:en|de)'|'(?:en|de)' [=!]==|'(?:de-DE|en-GB)'/g);
  expect(asked).toEqual([
    // The hour of the day as a number, whatever the language.
    "web/home/home.tsx: 'en-GB'",
  ]);
});
