import { type BuiltLog, buildLog, eraseRow, fixedSigner, origin, sealLog, signer } from './build-log.ts';
import { story, storyCheckpoints } from './story.ts';

/** What a verifier must answer: the entry, or for a wrong root the range of entries, where the damage begins. */
export type Expected = { attack: string; code: string; firstBad: number | null; range?: [number, number] };

/** A falsified log; `outside` are checkpoints that were kept elsewhere before, `key` is one handed over before. */
export type Attack = Expected & { log: BuiltLog; outside?: string[]; key?: string };

export const wholeLog = (): BuiltLog => buildLog(story, storyCheckpoints);

/** The story with some rows changed by somebody who can write the database, but cannot sign. */
function tampered(change: (log: BuiltLog) => void): BuiltLog {
  const log = wholeLog();
  change(log);
  return log;
}

/** The story with some rows changed by somebody who can also sign. */
function resigned(change: (log: BuiltLog) => void, by = signer): BuiltLog {
  const { rows } = tampered(change);
  return sealLog(rows, storyCheckpoints, by);
}

function replaceIn(log: BuiltLog, idx: number, field: 'header' | 'body', from: string, to: string): void {
  const row = log.rows[idx];
  if (!row?.[field]?.includes(from)) throw new Error(`entry ${idx} has no ${from} in its ${field}`);
  row[field] = row[field].replace(from, to);
}

const noteAt = (log: BuiltLog, size: number): string => {
  const found = log.checkpoints.find((checkpoint) => checkpoint.size === size);
  if (found === undefined) throw new Error(`there is no checkpoint of size ${size}`);
  return found.note;
};

/** The story without one entry, the later ones numbered anew. */
const renumbered = (): BuiltLog => buildLog(story.filter(({ action }) => action !== 'key.revealed').map(moved), []);

function moved(happening: (typeof story)[number]) {
  return happening.erases
    ? { ...happening, erases: happening.erases.map((idx) => (idx > 8 ? idx - 1 : idx)) }
    : happening;
}

/** Every attack on a log, by the name of its vector. */
export const attacks: Record<string, Attack> = {
  'edited-payload': {
    attack: 'the content of an entry was changed',
    code: 'payload',
    firstBad: 8,
    log: tampered((log) => replaceIn(log, 8, 'body', 'new disk', 'test run')),
  },
  'edited-salt': {
    attack: 'the salt of an entry was exchanged for that of another',
    code: 'payload',
    firstBad: 3,
    log: tampered((log) => Object.assign(log.rows[3] ?? {}, { salt: log.rows[5]?.salt })),
  },
  'edited-header': {
    attack: 'the actor in a header was changed; only the tree can tell',
    code: 'root',
    firstBad: null,
    range: [5, 9],
    log: tampered((log) => replaceIn(log, 8, 'header', '"u":"user:', '"u":"USER:')),
  },
  'edited-header-and-head': {
    attack: 'a header was changed and the head adjusted, the checkpoints could not be',
    code: 'root',
    firstBad: null,
    range: [15, 22],
    log: tampered((log) => {
      replaceIn(log, 17, 'header', '"t":"2026', '"t":"2025');
      log.head = sealLog(log.rows, []).head;
    }),
  },
  'respelled-header': {
    attack: 'a header says the same in another spelling',
    code: 'header',
    firstBad: 6,
    log: tampered((log) => replaceIn(log, 6, 'header', '"i":6', '"i": 6')),
  },
  'header-of-another-entry': {
    attack: 'the header of an entry is that of the next one',
    code: 'columns',
    firstBad: 10,
    log: tampered((log) => Object.assign(log.rows[10] ?? {}, { header: log.rows[11]?.header })),
  },
  'dropped-first': {
    attack: 'the first entry was dropped',
    code: 'index',
    firstBad: 0,
    log: tampered((log) => log.rows.splice(0, 1)),
  },
  'dropped-middle': {
    attack: 'an entry in the middle was dropped',
    code: 'index',
    firstBad: 10,
    log: tampered((log) => log.rows.splice(10, 1)),
  },
  'dropped-and-renumbered': {
    attack: 'an entry was dropped and all later ones written anew',
    code: 'root',
    firstBad: null,
    range: [5, 9],
    log: tampered((log) => Object.assign(log, { rows: renumbered().rows, head: renumbered().head })),
  },
  'swapped-entries': {
    attack: 'two entries changed places',
    code: 'index',
    firstBad: 16,
    log: tampered((log) => log.rows.splice(16, 2, ...log.rows.slice(16, 18).reverse())),
  },
  'inserted-entry': {
    attack: 'an entry was put in twice',
    code: 'index',
    firstBad: 8,
    log: tampered((log) => log.rows.splice(9, 0, ...log.rows.slice(8, 9))),
  },
  'appended-entry': {
    attack: 'an entry was appended behind the head',
    code: 'head',
    firstBad: 23,
    log: tampered((log) => {
      const { rows } = buildLog([...story, { action: 'key.revoked', key: 'gamma' }], []);
      log.rows = rows;
    }),
  },
  'cut-tail': {
    attack: 'the newest entries were cut off; the log itself knows more',
    code: 'short',
    firstBad: 20,
    log: tampered((log) => log.rows.splice(20)),
  },
  'cut-tail-and-head': {
    attack: 'the newest entries were cut off and the head adjusted; a checkpoint of the log knows more',
    code: 'short',
    firstBad: 20,
    log: tampered((log) => Object.assign(log, sealLog(log.rows.slice(0, 20), []), { checkpoints: log.checkpoints })),
  },
  'cut-tail-without-trace': {
    attack: 'the newest entries and checkpoints were cut off; only a checkpoint held elsewhere knows more',
    code: 'short',
    firstBad: 15,
    log: resigned((log) => log.rows.splice(15)),
    outside: [noteAt(wholeLog(), 23)],
  },
  'silent-erasure': {
    attack: 'the content of an entry was deleted and nothing said',
    code: 'erasure',
    firstBad: 8,
    log: tampered((log) => eraseRow(log.rows, 8, null)),
  },
  'forged-erasure-record': {
    attack: 'the content of an entry was deleted and its record points to an erasing entry that does not list it',
    code: 'erasure',
    firstBad: 8,
    log: tampered((log) => eraseRow(log.rows, 8, 14)),
  },
  'forged-erasure-list': {
    attack: 'the content of an entry was deleted and put on the list of an erasing entry afterwards',
    code: 'payload',
    firstBad: 14,
    log: tampered((log) => {
      eraseRow(log.rows, 8, 14);
      replaceIn(log, 14, 'body', '[4,7,9,12]', '[4,7,8,9,12]');
    }),
  },
  'wrong-erasure-record': {
    attack: 'the erasure record of an entry points to an entry that erases nothing',
    code: 'erasure',
    firstBad: 7,
    log: tampered((log) => eraseRow(log.rows, 7, 13)),
  },
  'lost-erasure-record': {
    attack: 'the erasure record of an entry was removed',
    code: 'erasure',
    firstBad: 9,
    log: tampered((log) => eraseRow(log.rows, 9, null)),
  },
  'respelled-erasure': {
    attack: 'the header of the entry that says what was erased says the same in another spelling',
    code: 'header',
    firstBad: 14,
    log: tampered((log) => replaceIn(log, 14, 'header', '"i":14', '"i": 14')),
  },
  'renamed-erasure': {
    attack: 'the entry that says what was erased is called something else',
    code: 'erasure',
    firstBad: 14,
    log: tampered((log) => replaceIn(log, 14, 'header', '"entries.erased"', '"entries.listed"')),
  },
  'dropped-erasure': {
    attack: 'the entry that says what was erased was dropped',
    code: 'index',
    firstBad: 14,
    log: tampered((log) => log.rows.splice(14, 1)),
  },
  'cut-off-erasure': {
    attack: 'the log was cut off before the entry that says what was erased',
    code: 'short',
    firstBad: 14,
    log: tampered((log) => log.rows.splice(14)),
  },
  'cut-off-erasure-without-trace': {
    attack: 'the log was cut off before the entry that says what was erased; only the erasure records know of it',
    code: 'erasure',
    firstBad: 4,
    log: tampered((log) => Object.assign(log, sealLog(log.rows.slice(0, 14), [5, 10]))),
  },
  'record-of-broken-erasure': {
    attack: 'the content of an entry was deleted, and the entry its record points to was broken',
    code: 'header',
    firstBad: 14,
    log: tampered((log) => {
      eraseRow(log.rows, 8, 14);
      replaceIn(log, 14, 'header', '"v":1', '"v":2');
    }),
  },
  'record-of-renamed-erasure': {
    attack: 'the content of an entry was deleted, and the entry its record points to, which does not list it, renamed',
    code: 'erasure',
    firstBad: 8,
    log: tampered((log) => {
      eraseRow(log.rows, 8, 14);
      replaceIn(log, 14, 'header', '"entries.erased"', '"entries.listed"');
    }),
  },
  'record-of-earlier-entry': {
    attack: 'the content of an entry was deleted and its record points to an entry before it',
    code: 'erasure',
    firstBad: 8,
    log: tampered((log) => eraseRow(log.rows, 8, 3)),
  },
  'record-of-no-entry': {
    attack: 'the content of an entry was deleted and its record points to an entry there never was',
    code: 'erasure',
    firstBad: 8,
    log: tampered((log) => eraseRow(log.rows, 8, 23)),
  },
  'erasure-of-another-key': {
    attack: 'deleting one key took the content of another key with it',
    code: 'erasure',
    firstBad: 8,
    log: buildLog(
      story.map((happening) => (happening.erases ? { ...happening, erases: [4, 7, 8, 9, 12] } : happening)),
      storyCheckpoints,
    ),
  },
  'erased-but-there': {
    attack: 'content that was erased was put back',
    code: 'erasure',
    firstBad: 7,
    log: tampered((log) => {
      const { salt = null, body = null } =
        buildLog(
          story.map(({ erases, ...rest }) => rest),
          [],
        ).rows[7] ?? {};
      Object.assign(log.rows[7] ?? {}, { salt, body, erasedBy: null });
    }),
  },
  'erased-deletion': {
    attack: 'the content of the entry that says a key was deleted was erased',
    code: 'erasure',
    firstBad: 13,
    log: tampered((log) => eraseRow(log.rows, 13, 14)),
  },
  'erased-erasure': {
    attack: 'the content of the entry that says what was erased was erased',
    code: 'erasure',
    firstBad: 14,
    log: tampered((log) => eraseRow(log.rows, 14, 14)),
  },
  'broken-key-link': {
    attack: 'an entry of a key passes over the one before it, all signed anew',
    code: 'link',
    firstBad: 15,
    log: resigned((log) => replaceIn(log, 15, 'header', '"p":8', '"p":6')),
  },
  'broken-unit-link': {
    attack: 'an entry of a unit names none before it, all signed anew',
    code: 'link',
    firstBad: 11,
    log: resigned((log) => replaceIn(log, 11, 'header', '"pe":2', '"pe":null')),
  },
  'rewritten-and-resigned': {
    attack: 'the whole log was rewritten and signed anew; only a checkpoint held elsewhere shows it',
    code: 'root',
    firstBad: null,
    range: [0, 9],
    log: buildLog(
      story.map((happening) => (happening.action === 'key.revealed' ? { ...happening, body: {} } : happening)),
      storyCheckpoints,
    ),
    outside: [noteAt(wholeLog(), 10), noteAt(wholeLog(), 15)],
  },
  'resigned-with-another-key': {
    attack: 'the whole log was signed anew with another key; the key handed over before shows it',
    code: 'key',
    firstBad: null,
    log: resigned(() => {}, fixedSigner(origin, 'the key of somebody else')),
    key: signer.publicKey,
  },
  'checkpoint-of-another-log': {
    attack: 'a checkpoint is one of another log',
    code: 'checkpoint',
    firstBad: null,
    log: tampered((log) => {
      const { note } = sealLog(log.rows, [10], fixedSigner('keybook/another', 'x')).checkpoints[0] ?? { note: '' };
      Object.assign(log.checkpoints[1] ?? {}, { note });
    }),
  },
  'edited-checkpoint': {
    attack: 'the root in a checkpoint was exchanged',
    code: 'checkpoint',
    firstBad: null,
    log: tampered((log) => {
      const root = noteAt(log, 5).split('\n')[2] ?? '';
      const note = noteAt(log, 10);
      Object.assign(log.checkpoints[1] ?? {}, { note: note.replace(note.split('\n')[2] ?? '', root) });
    }),
  },
  'edited-head': {
    attack: 'the hashes of the head were changed',
    code: 'head',
    firstBad: null,
    log: tampered((log) => {
      log.head = { ...log.head, frontier: sealLog(renumbered().rows.concat(log.rows.slice(22)), []).head.frontier };
    }),
  },
};
