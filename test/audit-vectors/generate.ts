/** Writes the test vectors for verifiers of the audit log: `node test/audit-vectors/generate.ts`. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { attacks, wholeLog } from './attacks.ts';
import { type BuiltLog, buildLog, type Happening, idOf, signer } from './build-log.ts';
import { evidenceAttacks } from './evidence-attacks.ts';
import { evidenceOf, limitedTo } from './evidence-file.ts';
import { writeExport } from './export-file.ts';
import { story } from './story.ts';

/** Logs and evidence that a verifier must accept. */
const wholeLogs: Record<string, BuiltLog> = {
  empty: buildLog([], []),
  'empty-with-checkpoint': buildLog([], [0]),
  'one-entry': buildLog(story.slice(0, 1), [1]),
  'no-checkpoint': buildLog(story.slice(0, 4), []),
  'erased-key': wholeLog(),
  'newer-than-its-checkpoint': buildLog(story, [10]),
  'clock-set-back': buildLog(
    story.slice(0, 8).map((happening, i) => (i === 6 ? { ...happening, at: '2026-11-20T23:59:59.999Z' } : happening)),
    [8],
  ),
  'clock-corrected': correctedLog(),
};

/** A clock ran three years ahead for one entry; then somebody set the log's time back. */
function correctedLog(): BuiltLog {
  const ahead = '2029-11-21T08:05:06.170Z';
  const to = '2026-11-21T08:06:07.404Z';
  const body = { reason: 'The battery was empty', from: ahead, to };
  const correction: Happening = { action: 'clock.corrected', subject: 'log:clock', at: to, body };
  const before = story.slice(0, 6).map((happening, i) => (i === 5 ? { ...happening, at: ahead } : happening));
  return buildLog([...before, correction, ...story.slice(6, 8)], [9]);
}

const wholeEvidence: Record<string, ['keyId' | 'equipmentId' | 'customerId', string]> = {
  'of-key': ['keyId', 'alpha'],
  'of-deleted-key': ['keyId', 'beta'],
  'of-unit': ['equipmentId', 'press'],
  'of-customer': ['customerId', 'Nordwerk'],
};

/**
 * All vectors: the text of each file by its name, the same at every run. `invalid/expected.jsonl` says of each falsified
 * file what was done to it, where the damage begins, and which checkpoints and key were kept elsewhere.
 */
export async function vectors(): Promise<Map<string, string>> {
  const files = new Map([['valid/key.txt', `${signer.publicKey}\n`]]);
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  for (const [name, log] of Object.entries(wholeLogs)) files.set(`valid/${name}.jsonl`, writeExport(log));
  for (const [name, [about, thing]] of Object.entries(wholeEvidence)) {
    files.set(`valid/${name}.evidence`, json(await evidenceOf(wholeLog(), about, thing)));
  }
  const later = await evidenceOf(wholeLog(), 'keyId', 'alpha');
  const sinceYesterday = { ...later, filter: { ...later.filter, from: '2026-11-20T00:00:00.000Z' } };
  files.set('valid/of-key-from.evidence', json(sinceYesterday));
  files.set('valid/of-key-from-later.evidence', json({ ...sinceYesterday, entries: later.entries.slice(2) }));
  const limited = limitedTo(await evidenceOf(wholeLog(), 'keyId', 'alpha'), [idOf('Nordwerk')], 2);
  files.set('valid/of-key-limited.evidence', json(limited));
  const expected: object[] = [];
  for (const [name, { log, outside = [], key, ...expectation }] of Object.entries(attacks)) {
    const notes = outside.map((_, i) => `${name}.outside-${i + 1}.note`);
    files.set(`invalid/${name}.jsonl`, writeExport(log));
    for (const [i, note] of outside.entries()) files.set(`invalid/${notes[i]}`, note);
    expected.push({ file: `${name}.jsonl`, ...expectation, outside: notes, ...(key ? { key } : {}) });
  }
  for (const [name, { evidence, ...expectation }] of Object.entries(await evidenceAttacks())) {
    files.set(`invalid/${name}.evidence`, json(evidence));
    expected.push({ file: `${name}.evidence`, ...expectation, outside: [] });
  }
  return files.set('invalid/expected.jsonl', expected.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

if (import.meta.main) {
  for (const folder of ['valid', 'invalid']) rmSync(new URL(folder, import.meta.url), { recursive: true, force: true });
  for (const [name, text] of await vectors()) {
    const path = fileURLToPath(new URL(name, import.meta.url));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
