#!/usr/bin/env node
// Keybook's offline verifier: one file, no dependencies, nothing shared with the server it checks.
//
//   node keybook-verify.mjs FILE [--checkpoint NOTE]... [--key VKEY] [--json]
//
// FILE is a copy of the SQLite database, an export of the log (JSON Lines) or an evidence file (JSON).
// NOTE is a file with a checkpoint that was kept elsewhere; VKEY is the log's public key as it was handed to you.
// Exit status: 0 nothing wrong was found (what is proven is said), 1 something was, 2 the call or the file cannot be understood,
// 3 evidence whose entries are as they were signed, but which is not proven to be complete.
//
// What is checked, and what that proves, is written in docs/AUDIT.md. Needs Node 18.3; for databases Node 22.13.

import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

// ---------------------------------------------------------------------------------------------- hashes and encodings

/**
 * SHA-256. Hashes are strings of 32 characters, one for each byte: Node makes those four times as fast as buffers.
 * One-shot hashing came with Node 20.12.
 */
const digest =
  typeof crypto.hash === 'function'
    ? (bytes, encoding) => crypto.hash('sha256', bytes, encoding)
    : (bytes, encoding) => crypto.createHash('sha256').update(bytes).digest(encoding);

const sha256 = (bytes) => digest(bytes, 'latin1');

/** A hash from its text in base64 or base64url, or null. */
function hashFrom(text, encoding) {
  const bytes = unbase(text, encoding);
  return bytes?.length === 32 ? bytes.toString('latin1') : null;
}

function hashToText(hash) {
  return Buffer.from(hash, 'latin1').toString('base64url');
}

/** Bytes of base64 or base64url in their one proper spelling, or null. */
function unbase(text, encoding) {
  if (typeof text !== 'string') return null;
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === text ? bytes : null;
}

/** Whether a text can be written in UTF-8: it holds no half of a surrogate pair. The method came with Node 20. */
const isText = ''.isWellFormed ? (text) => text.isWellFormed() : (text) => !/\p{Surrogate}/u.test(text);

/** Where the bytes to be hashed are put together. It grows, and is never given away. */
let space = Buffer.alloc(65536);

function spaceFor(text, more) {
  // UTF-8 takes at most three bytes for a unit of UTF-16.
  const size = more + 3 * text.length;
  if (size > space.length) space = Buffer.alloc(2 * size);
  return space;
}

/** SHA-256(0x00 ‖ header). */
function leafOf(header) {
  const bytes = spaceFor(header, 1);
  bytes[0] = 0;
  return sha256(bytes.subarray(0, 1 + bytes.write(header, 1)));
}

const nodeSpace = Buffer.alloc(65, 1);

/** SHA-256(0x01 ‖ left ‖ right). */
function nodeOf(left, right) {
  nodeSpace.write(left, 1, 'latin1');
  nodeSpace.write(right, 33, 'latin1');
  return sha256(nodeSpace);
}

const commitmentPrefix = Buffer.from('keybook-audit-payload-v1\0');
const saltEnd = commitmentPrefix.length + 32;

/** SHA-256(prefix ‖ salt ‖ body) in base64url; null if the salt is not the one spelling of 32 bytes. */
function commitmentOf(salt, body) {
  const bytes = spaceFor(body, saltEnd);
  commitmentPrefix.copy(bytes);
  if (salt.length !== 43 || bytes.write(salt, commitmentPrefix.length, 32, 'base64url') !== 32) return null;
  if (bytes.toString('base64url', commitmentPrefix.length, saltEnd) !== salt) return null;
  return digest(bytes.subarray(0, saltEnd + bytes.write(body, saltEnd)), 'base64url');
}

// ------------------------------------------------------------------------------------------------------- the tree

/** A growing RFC 9162 tree: one hash for each one-bit of the size, largest subtree first. */
class Tree {
  size = 0;
  peaks = [];

  /** `onFull(level, index, hash)` hears of the leaf and of every perfect subtree it completes. */
  append(leaf, onFull) {
    let hash = leaf;
    let level = 0;
    let index = this.size;
    onFull?.(0, index, hash);
    while (index % 2 === 1) {
      hash = nodeOf(this.peaks.pop(), hash);
      index = (index - 1) / 2;
      level += 1;
      onFull?.(level, index, hash);
    }
    this.peaks.push(hash);
    this.size += 1;
  }

  root() {
    if (this.size === 0) return sha256(Buffer.alloc(0));
    let hash = this.peaks[this.peaks.length - 1];
    for (let i = this.peaks.length - 2; i >= 0; i -= 1) hash = nodeOf(this.peaks[i], hash);
    return hash;
  }

  frontier() {
    return `${this.size}:${this.peaks.map(hashToText).join('.')}`;
  }
}

/** The root an inclusion proof leads to, or null if its length does not fit. */
function rootFromProof(index, size, leaf, proof) {
  // Recursion as the tree is defined: split at the largest power of two below the size; the last hash is the topmost.
  if (size === 1) return proof.length === 0 ? leaf : null;
  if (proof.length === 0) return null;
  let split = 1;
  while (split * 2 < size) split *= 2;
  const top = proof[proof.length - 1];
  const below = proof.slice(0, -1);
  if (index < split) {
    const left = rootFromProof(index, split, leaf, below);
    return left && nodeOf(left, top);
  }
  const right = rootFromProof(index - split, size - split, leaf, below);
  return right && nodeOf(top, right);
}

// ------------------------------------------------------------------------------------------------- what was found

const mostListed = 20;

class Findings {
  problems = [];
  warnings = [];

  add(code, idx, detail, range) {
    this.problems.push({ idx, code, detail, ...(range && { range }) });
    if (this.problems.length > 10 * mostListed) this.problems = this.sorted().slice(0, mostListed);
  }

  sorted() {
    const place = ({ idx, range }) => idx ?? range?.[0] ?? Number.MAX_SAFE_INTEGER;
    return [...this.problems].sort((a, b) => place(a) - place(b));
  }

  /** Where the damage begins. An entry named inside the range of a wrong root is the better answer than the range. */
  first() {
    const sorted = this.sorted();
    const end = sorted[0]?.range?.[1];
    const named = sorted.find(({ idx }) => idx !== null);
    return named !== undefined && end !== undefined && named.idx <= end ? named : sorted[0];
  }

  result(facts) {
    const problems = this.sorted().slice(0, mostListed);
    const first = this.first();
    const firstBad = first && { idx: first.idx, problem: first.detail, code: first.code, range: first.range };
    return { ok: problems.length === 0, ...facts, firstBad, problems, warnings: this.warnings };
  }
}

// ---------------------------------------------------------------------------------------------- keys and checkpoints

/** `name+hash+base64(0x01 ‖ key)` → { name, id, key }, or null. */
function parseVerifierKey(text) {
  const parts = typeof text === 'string' ? text.split('+') : [];
  if (parts.length < 3) return null;
  // Base64 may hold a plus of its own, a name may not.
  const [name, hash] = parts;
  const bytes = unbase(parts.slice(2).join('+'), 'base64');
  if (!isKeyName(name) || bytes?.length !== 33 || bytes[0] !== 1) return null;
  const id = digest(Buffer.concat([Buffer.from(`${name}\n`), bytes]), 'hex').slice(0, 8);
  if (id !== hash) return null;
  const x = bytes.subarray(1).toString('base64url');
  try {
    return { name, id, key: crypto.createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }) };
  } catch {
    return null;
  }
}

function isKeyName(name) {
  return name !== '' && isText(name) && !/[\s+\p{Cc}]/u.test(name);
}

/** A signed note with a checkpoint in it → { body, origin, size, root, signatures }, or null. */
function parseNote(note) {
  if (typeof note !== 'string' || !isText(note)) return null;
  const [origin, sizeText, rootText, gap, ...rest] = note.split('\n');
  if (gap !== '' || rest.length < 2 || rest.pop() !== '') return null;
  if (origin === '' || /\p{Cc}/u.test(origin) || !/^(0|[1-9][0-9]{0,15})$/.test(sizeText)) return null;
  const size = Number(sizeText);
  const root = hashFrom(rootText, 'base64');
  const signatures = rest.map(parseSignatureLine);
  if (root === null || !Number.isSafeInteger(size) || signatures.includes(null)) return null;
  return { body: `${origin}\n${sizeText}\n${rootText}\n`, origin, size, root, signatures };
}

function parseSignatureLine(line) {
  const parts = line.split(' ');
  const [dash, name, text] = parts;
  const bytes = unbase(text, 'base64');
  if (parts.length !== 3 || dash !== '\u2014' || !isKeyName(name) || bytes === null || bytes.length < 5) return null;
  return { name, id: bytes.toString('hex', 0, 4), signature: bytes.subarray(4) };
}

/** The key to trust: the one handed over, else the one the file names. */
function chooseKey(findings, { origin, publicKey }, pinned) {
  const key = parseVerifierKey(pinned ?? publicKey);
  if (key === null) {
    findings.add('key', null, (pinned ?? publicKey) ? 'the public key is out of form' : 'the file names no public key');
  } else if (key.name !== origin) {
    findings.add('key', null, `the log calls itself ${origin}, its public key is of ${key.name}`);
  }
  if (pinned === undefined) findings.warnings.push('key taken from the file, not checked');
  else if (publicKey !== pinned) {
    findings.add('key', null, 'the file names another public key than the one given with --key');
  }
  return key;
}

/** What is wrong with a checkpoint apart from its root, or null. */
function noteProblem(parsed, key, origin, size) {
  if (parsed === null) return 'is out of form';
  if (size !== undefined && parsed.size !== size) return `is one of size ${parsed.size}`;
  if (parsed.origin !== origin) return `is one of another log, ${parsed.origin}`;
  if (key === null) return 'cannot be checked: there is no public key';
  const line = parsed.signatures.find(({ name, id }) => name === key.name && id === key.id);
  if (line === undefined) return 'is not signed with the key of this log';
  const isValid = crypto.verify(null, Buffer.from(parsed.body), key.key, line.signature);
  return isValid ? null : 'carries a signature that is not valid';
}

/** The checkpoints that hold by themselves, by size; what does not is a finding. */
function admitCheckpoints(findings, log, key, outside) {
  const admitted = [];
  const admit = (note, size, which, isOutside) => {
    const parsed = parseNote(note);
    const problem = noteProblem(parsed, key, log.origin, size);
    if (problem === null) admitted.push({ ...parsed, note, isOutside });
    else findings.add('checkpoint', null, `the checkpoint ${which} ${problem}`);
  };
  for (const { size, note } of log.checkpoints())
    admit(note, size, size === undefined ? 'in the evidence' : `of size ${size}`, false);
  for (const { file, note } of outside) admit(note, undefined, `in ${file}`, true);
  return admitted.sort((a, b) => a.size - b.size);
}

/** Holds checkpoints against the growing tree. */
class CheckpointWatch {
  next = 0;
  verified = 0;
  latest = null;
  /** Whether one held elsewhere was among them: then the key is known to be the log's. */
  hasOutside = false;
  goodUpTo = { any: 0, outside: 0 };
  isBad = { any: false, outside: false };

  constructor(findings, checkpoints) {
    this.findings = findings;
    this.checkpoints = checkpoints;
    this.due = checkpoints[0]?.size ?? Infinity;
  }

  /** Call at every size from 0 on; costs one comparison when no checkpoint is due. */
  at(tree) {
    if (tree.size < this.due) return;
    const root = tree.root();
    for (; this.checkpoints[this.next]?.size === tree.size; this.next += 1)
      this.judge(this.checkpoints[this.next], root);
    this.due = this.checkpoints[this.next]?.size ?? Infinity;
  }

  judge(checkpoint, root) {
    const { size, isOutside } = checkpoint;
    const kind = isOutside ? 'outside' : 'any';
    if (checkpoint.root === root) {
      this.verified += 1;
      this.latest = { size, note: checkpoint.note };
      this.goodUpTo.any = size;
      if (isOutside) this.goodUpTo.outside = size;
      this.hasOutside ||= isOutside;
    } else if (!this.isBad[kind]) {
      this.isBad[kind] = true;
      const from = this.goodUpTo[kind];
      const which = isOutside ? 'a checkpoint held elsewhere' : 'the checkpoint';
      const entries = from >= size - 1 ? `entry ${size - 1}` : `one of the entries ${from} to ${size - 1}`;
      const detail = `the first ${size} entries are not those that ${which} of size ${size} signed: ${entries} was changed`;
      this.findings.add('root', null, detail, [from, Math.max(size - 1, 0)]);
    }
  }

  /** How long the log should be at least. */
  signedLength() {
    return this.checkpoints[this.checkpoints.length - 1]?.size ?? 0;
  }

  /** `isProofDue` says that a key or a checkpoint was given, to have the log proven by it. */
  end(logSize, isProofDue) {
    if (isProofDue && logSize > 0 && this.signedLength() === 0) {
      const detail =
        'no checkpoint of that key covers any entry, so nothing is proven; export again after one was made';
      this.findings.add('checkpoint', null, detail);
    }
    for (const isOutside of [false, true]) {
      const last = this.checkpoints.filter((checkpoint) => checkpoint.isOutside === isOutside).pop();
      if (last === undefined || last.size <= logSize) continue;
      const which = isOutside ? 'a checkpoint held elsewhere' : 'one of its own checkpoints';
      const detail = `the log is shorter than ${which}: entries ${logSize} to ${last.size - 1} are missing`;
      this.findings.add('short', logSize, detail);
    }
    const signed = this.latest?.size ?? 0;
    if (signed < logSize) {
      this.findings.warnings.push(`entries ${signed} to ${logSize - 1} are not covered by a checkpoint yet`);
    }
  }
}

// ---------------------------------------------------------------------------------------------------------- headers

const jsonString = String.raw`"((?:[^"\\\x00-\x1f]|\\["\\bfnrt]|\\u00(?:0[0-7bef]|1[0-9a-f]))*)"`;
const jsonIndex = '(0|[1-9][0-9]{0,15})';
const moment = String.raw`"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z)"`;
const headerFields = [
  ['a', jsonString],
  ['c', '"([A-Za-z0-9_-]{43})"'],
  ['e', `(?:null|${jsonString})`],
  ['i', jsonIndex],
  ['k', `(?:null|${jsonString})`],
  ['o', `(?:null|${jsonString})`],
  ['p', `(?:null|${jsonIndex})`],
  ['pe', `(?:null|${jsonIndex})`],
  ['s', jsonString],
  ['t', moment],
  ['u', jsonString],
  ['v', '1'],
];
/** The one spelling of a header: sorted names, no space, escapes as RFC 8785 has them. */
const headerPattern = new RegExp(`^\\{${headerFields.map(([name, form]) => `"${name}":${form}`).join(',')}\\}$`);

/** { a, c, e, i, k, o, p, pe, s, t, u } or null if the text is not a header in its one spelling. */
function parseHeader(text) {
  const match = text !== noText && isText(text) ? headerPattern.exec(text) : null;
  if (match === null) return null;
  const string = (group) => {
    const raw = match[group];
    if (raw === undefined) return null;
    return raw.includes('\\') ? JSON.parse(`"${raw}"`) : raw;
  };
  const index = (group) => (match[group] === undefined ? null : Number(match[group]));
  const header = {
    a: string(1),
    c: match[2],
    e: string(3),
    i: index(4),
    k: string(5),
    o: string(6),
    p: index(7),
    pe: index(8),
    s: string(9),
    t: match[10],
    u: string(11),
  };
  const fits = [header.i, header.p, header.pe].every((value) => value === null || Number.isSafeInteger(value));
  return fits ? header : null;
}

// ---------------------------------------------------------------------------------------------------------- entries

const neverErased = new Set(['entries.erased', 'key.deleted']);

/** Payloads that are gone, and the entries that say so. */
class Erasures {
  gone = new Map();
  listed = new Map();
  /** Later entries that records of erasures point to, until they are met. */
  expected = new Set();
  /** Those of them that were met, but cannot say any more what they erased. */
  spoilt = new Set();

  constructor(findings) {
    this.findings = findings;
  }

  /** `payload` says whether the body is 'proven', 'wrong' or 'gone'. */
  see(header, payload, { idx, body, erasedBy }) {
    const isExpected = this.expected.delete(idx);
    const isErasing = header.a === 'entries.erased';
    this.seePayload(header, payload, idx, erasedBy);
    if (!isErasing && !(isExpected && payload === 'proven')) return;
    const list = payload === 'proven' ? erasedList(body, idx) : null;
    if (isErasing && list === null) {
      if (isExpected) this.spoilt.add(idx);
      if (payload === 'proven') this.found(idx, `entry ${idx} erases entries, but does not say which in due form`);
    } else if (!isErasing && list !== null) {
      // Content is bound by its hash: it is the action that was changed.
      this.found(idx, `entry ${idx} lists in its content what it erased, but its action is ${header.a}`);
    }
    for (const erased of list?.erased ?? []) {
      if (this.listed.has(erased)) this.found(idx, `entry ${idx} erases entry ${erased} once more`);
      else this.listed.set(erased, { by: idx, key: list.key });
    }
  }

  seePayload(header, payload, idx, erasedBy) {
    if (payload !== 'gone') {
      if (erasedBy !== null) this.found(idx, `entry ${idx} is marked as erased, but its content is there`);
    } else if (neverErased.has(header.a)) {
      this.found(idx, `the content of entry ${idx} (${header.a}) may never be erased`);
    } else {
      this.gone.set(idx, { key: header.k, erasedBy });
      // Only what can be the number of an entry: nothing else would be missed when it is not met.
      if (Number.isSafeInteger(erasedBy) && erasedBy > idx) this.expected.add(erasedBy);
    }
  }

  /** An entry whose header says nothing any more. */
  seeBroken(idx) {
    if (this.expected.delete(idx)) this.spoilt.add(idx);
  }

  found(idx, detail) {
    this.findings.add('erasure', idx, detail);
  }

  /**
   * `isHere` tells whether an entry is part of what was read: a whole log, or a few entries of it. `isMissed` tells
   * whether one that was not met should have been there: that is found elsewhere, and so is what spoilt an entry.
   */
  end(isHere, isMissed) {
    for (const [idx, { by }] of this.listed) {
      if (this.gone.has(idx) || !isHere(idx)) continue;
      this.found(idx, `entry ${by} says that entry ${idx} was erased, but its content is there`);
    }
    const unexplained = new Map();
    for (const [idx, { key, erasedBy }] of this.gone) {
      const list = this.listed.get(idx);
      const isReasonLost = this.spoilt.has(erasedBy) || (this.expected.has(erasedBy) && isMissed(erasedBy));
      let problem = null;
      if (list === undefined && isReasonLost) {
        if (!unexplained.has(erasedBy)) unexplained.set(erasedBy, []);
        unexplained.get(erasedBy).push(idx);
      } else if (list === undefined && erasedBy === null) problem = 'is gone, and no entry says that it was erased';
      else if (list === undefined)
        problem = `is gone; entry ${erasedBy} is said to have erased it, but does not list it`;
      else if (list.by !== erasedBy) problem = `was erased by entry ${list.by}, but the record points to ${erasedBy}`;
      else if (list.key !== null && list.key !== key) problem = `was erased by entry ${list.by} as if of another key`;
      if (problem !== null) this.found(idx, `the content of entry ${idx} ${problem}`);
    }
    for (const [by, [first, ...more]] of unexplained) {
      const which = more.length === 0 ? first : `${first} and ${more.length} more`;
      this.findings.warnings.push(
        `the content of entry ${which} is gone; entry ${by}, said to have erased it, is damaged or missing`,
      );
    }
  }
}

/** {"erased":[1,5,9],"key":"id"} → { erased, key }, or null. */
function erasedList(body, by) {
  let value = null;
  try {
    value = JSON.parse(body);
  } catch {
    return null;
  }
  const isEarlier = (idx) => Number.isSafeInteger(idx) && idx >= 0 && idx < by;
  if (!Array.isArray(value?.erased) || !value.erased.every(isEarlier)) return null;
  return { erased: value.erased, key: typeof value.key === 'string' ? value.key : null };
}

/** Whether the payload is the one committed to ('proven'), another ('wrong') or not there ('gone'). */
function judgePayload(findings, header, { idx, salt, body }) {
  if (salt === null && body === null) return 'gone';
  const isThere = typeof salt === 'string' && typeof body === 'string';
  if (isThere && commitmentOf(salt, body) === header.c) return 'proven';
  findings.add('payload', idx, `the content of entry ${idx} is not what its header commits to`);
  return 'wrong';
}

const columnNames = {
  idx: ['i', 'index'],
  at: ['t', 'time'],
  action: ['a', 'action'],
  subject: ['s', 'subject'],
  key_id: ['k', 'key'],
  equipment_id: ['e', 'unit'],
  customer_id: ['o', 'customer'],
  actor_id: ['u', 'actor'],
};

/** Compares the header with the columns the file gives beside it. */
function checkColumns(findings, header, idx, columns) {
  let different = '';
  for (const column in columns) {
    const [field, name] = columnNames[column];
    if (header[field] !== columns[column]) different += different === '' ? name : `, ${name}`;
  }
  if (different === '') return;
  findings.add('columns', idx, `entry ${idx} says one thing in its header, another in: ${different}`);
}

/** Follows the entries of each key, or of each unit. */
class Chain {
  last = new Map();

  constructor(findings, kind) {
    this.findings = findings;
    this.kind = kind;
  }

  see(idx, id, link) {
    let previous = null;
    const known = id === null ? null : this.last.get(id);
    if (known) {
      previous = known.idx;
      known.idx = idx;
    } else if (id !== null) {
      // A part of a header keeps all of it in memory, so what is new is copied.
      this.last.set(Buffer.from(id).toString(), { idx });
    }
    if (link === previous) return;
    const [said, seen] = [link ?? 'none', previous ?? 'none'];
    const detail = `entry ${idx} names ${said} as the ${this.kind}'s previous entry; the log has ${seen}`;
    this.findings.add('link', idx, detail);
  }
}

/**
 * Reads a whole log. An entry is { idx, header, salt, body, erasedBy, columns }; texts that are not there are null, and
 * those whose bytes are no text are noText.
 */
function verifyLog(log, outside, pinned) {
  const findings = new Findings();
  const key = chooseKey(findings, log, pinned);
  const watch = new CheckpointWatch(findings, admitCheckpoints(findings, log, key, outside));
  const tiles = log.tiles ? new TileWatch(findings, log.tiles) : null;
  const onFull = tiles ? (level, index, hash) => tiles.see(level, index, hash) : undefined;
  const [keys, units] = [new Chain(findings, 'key'), new Chain(findings, 'unit')];
  const erasures = new Erasures(findings);
  const tree = new Tree();
  let size = 0;
  let isWhole = true;
  let latest = '';
  let backward = null;
  const corrected = [];

  watch.at(tree);
  for (const entry of log.entries(findings)) {
    const { idx } = entry;
    if (idx !== size) {
      // Roots over a log with a hole or a stranger in it say nothing any more.
      isWhole = false;
      findings.add('index', Math.min(idx, size), indexProblem(idx, size));
    }
    size = Math.max(size, idx + 1);
    if (isWhole) {
      tree.append(leafOf(entry.header === noText ? '' : entry.header), onFull);
      watch.at(tree);
    }
    const header = parseHeader(entry.header);
    if (header === null) {
      findings.add('header', idx, `the header of entry ${idx} is not in canonical form`);
      erasures.seeBroken(idx);
      continue;
    }
    checkColumns(findings, header, idx, entry.columns);
    keys.see(idx, header.k, header.p);
    units.see(idx, header.e, header.pe);
    const payload = judgePayload(findings, header, entry);
    const isCorrected = payload === 'proven' && setsTimeBack(header, entry.body, latest);
    if (isCorrected) corrected.push(`entry ${idx} set the log's time from ${latest} to ${header.t}`);
    if (isCorrected || header.t >= latest) latest = header.t;
    else backward ??= idx;
    erasures.see(header, payload, entry);
  }
  if (backward !== null) {
    findings.warnings.push(`the time of entry ${backward} lies before that of an earlier entry`);
  }
  findings.warnings.push(...corrected);
  watch.end(size, pinned !== undefined || outside.length > 0);
  const head = log.head();
  checkHead(findings, head, size, isWhole ? tree.frontier() : null);
  const length = Math.max(size, watch.signedLength(), head?.size ?? 0);
  erasures.end(
    () => true,
    (idx) => idx < length,
  );
  if (isWhole) tiles?.end();
  for (const { table, idx } of log.strays?.() ?? []) {
    findings.add('stray', idx, `${table} has a row for entry ${idx}, which is not there`);
  }
  for (const words of log.damage?.() ?? []) findings.add('file', null, `the file is not sound: ${words}`);
  return findings.result({
    kind: log.kind,
    origin: log.origin,
    size,
    root: hashToText(tree.root()),
    checkpointsVerified: watch.verified,
    latestCheckpoint: watch.latest,
    // The last entry that is proven to be as it was signed; null where none is, or something is wrong.
    provenTo: findings.problems.length === 0 && watch.latest?.size > 0 ? watch.latest.size - 1 : null,
    keyPinned: pinned !== undefined,
    outsideVerified: watch.hasOutside,
  });
}

function indexProblem(idx, expected) {
  if (idx < expected) return `entry ${idx} stands after entry ${expected - 1}: it is out of order or there twice`;
  return idx - expected === 1 ? `entry ${expected} is missing` : `entries ${expected} to ${idx - 1} are missing`;
}

function checkHead(findings, head, size, frontier) {
  if (head === null) {
    findings.add('head', null, 'the log does not say how long it is: it may have been cut off');
  } else if (head.size > size) {
    findings.add('short', size, `the log is to have ${head.size} entries: ${size} to ${head.size - 1} are missing`);
  } else if (head.size < size) {
    findings.add('head', head.size, `the log is to have ${head.size} entries; entry ${head.size} is one too many`);
  } else if (frontier !== null && head.frontier !== frontier) {
    findings.add('head', null, 'the head of the log does not hold the hashes of its entries');
  }
}

// ----------------------------------------------------------------------------------------------------------- tiles

/** The next row, or undefined: what `value` is at the end depends on the version of Node. */
function nextOf(rows) {
  const { done, value } = rows.next();
  return done ? undefined : value;
}

/** Compares each stored tile with the tree in the moment the tile is full; both come in order. */
class TileWatch {
  levels = [];
  wrongLeaf = false;

  /** `read(level)` gives the stored tiles of one level in order of n: { n, hashes }. */
  constructor(findings, read) {
    this.findings = findings;
    this.read = read;
  }

  see(level, index, hash) {
    if (level % 8 !== 0) return;
    const tileLevel = level / 8;
    this.levels[tileLevel] ??= { rows: this.read(tileLevel), ahead: undefined, filling: Buffer.alloc(256 * 32) };
    const state = this.levels[tileLevel];
    state.filling.write(hash, (index % 256) * 32, 'latin1');
    if (index % 256 === 255) this.full(state, tileLevel, (index - 255) / 256);
  }

  full(state, level, n) {
    state.ahead ??= nextOf(state.rows);
    if (state.ahead === undefined || state.ahead.n > n) {
      this.findings.add('tile', null, `tile ${n} of level ${level} is missing`);
      return;
    }
    const { n: storedN, hashes } = state.ahead;
    state.ahead = undefined;
    const bytes = unbase(hashes, 'base64url');
    if (storedN === n && bytes?.equals(state.filling)) return;
    if (storedN === n && level === 0 && bytes?.length === state.filling.length) this.nameLeaf(n, bytes, state.filling);
    else if (!this.wrongLeaf) this.strange(level, storedN);
    if (storedN < n) this.full(state, level, n);
  }

  /** Only the first: what lies above it is wrong for the same reason. */
  nameLeaf(n, stored, computed) {
    if (this.wrongLeaf) return;
    this.wrongLeaf = true;
    let at = 0;
    while (stored[at] === computed[at]) at += 1;
    const idx = n * 256 + Math.floor(at / 32);
    this.findings.add('tile', idx, `entry ${idx} is not the one whose hash was kept when it was written`);
  }

  end() {
    for (const [level, { rows, ahead }] of this.levels.entries()) {
      const left = ahead ?? nextOf(rows);
      if (left !== undefined) this.strange(level, left.n);
    }
    for (const { level, n } of this.read.others(this.levels.length)) this.strange(level, n);
  }

  strange(level, n) {
    this.findings.add('tile', null, `tile ${n} of level ${level} does not hold the hashes of this log`);
  }
}

// -------------------------------------------------------------------------------------------------- SQLite databases

/** The tables of the log with their columns. */
const columnsOf = {
  audit_entry: ['idx', 'at', 'action', 'subject', 'key_id', 'equipment_id', 'customer_id', 'actor_id', 'header', 'tag'],
  audit_payload: ['idx', 'salt', 'body'],
  audit_erasure: ['idx', 'by_idx'],
  audit_head: ['id', 'size', 'frontier'],
  audit_checkpoint: ['size', 'note'],
  audit_tile: ['level', 'n', 'hashes'],
  log_identity: ['id', 'origin', 'public_key'],
};
const tables = Object.keys(columnsOf);
/** Databases of version 0.1.0 have no tags. */
const laterColumns = new Set(['tag']);
const numberColumns = new Set(['idx', 'by_idx', 'id', 'size', 'level', 'n']);
const oneRowTables = new Set(['audit_head', 'log_identity']);
/** Beside names, all that stands in the text that makes such a table. */
const wordsOfTables = new Set('create table integer text primary key not null check references ( ) , = 1'.split(' '));

async function openDatabase(named) {
  // What belongs to a file lies beside it, not beside a link to it.
  const file = fs.realpathSync(named);
  let sqlite = null;
  try {
    sqlite = await import('node:sqlite');
  } catch {
    refuse('this Node cannot read databases: use Node 22.13 or newer (22.5 with --experimental-sqlite), or an export');
  }
  if (holds(`${file}-journal`))
    refuse(
      `beside ${file} lies its -journal: SQLite puts back what that holds before anybody reads the file, so others would read other content than is verified here. Verify a copy that was made by "keybook backup" or VACUUM INTO`,
    );
  const database = openReadOnly(sqlite, file, holds(`${file}-wal`));
  database.exec('PRAGMA query_only = 1');
  const found = new Set(
    database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .all()
      .map((t) => t.name),
  );
  const absent = tables.filter((table) => !found.has(table));
  if (absent.length > 0) refuse(`${file} is no Keybook database: it lacks ${absent.join(', ')}`);
  if (database.prepare('PRAGMA encoding').get().encoding !== 'UTF-8') refuse(`${file} is not in UTF-8`);
  return database;
}

function holds(file) {
  return (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Immutable, so that not one byte beside the file is written; not when the newest changes still lie in its WAL. */
function openReadOnly(sqlite, file, hasWal) {
  if (!hasWal) {
    try {
      const url = pathToFileURL(file);
      url.searchParams.set('immutable', '1');
      const database = new sqlite.DatabaseSync(url, { readOnly: true });
      database.prepare('SELECT count(*) FROM sqlite_schema').get();
      return database;
    } catch {
      // Older versions of the module take no URL; a file that is really broken fails again below, with its reason.
    }
  }
  return new sqlite.DatabaseSync(file, { readOnly: true });
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Whoever writes the file can plant an index that tells other rows than its table, by which SQLite would read: tables are
 * read by themselves, and what an index of theirs tells otherwise is a finding, because others read by it.
 */
function databaseLog(database) {
  const all = (sql, ...values) => database.prepare(sql).all(...values);
  const identity = all('SELECT origin, public_key FROM log_identity NOT INDEXED WHERE id = 1')[0];
  const readTiles = (level) => tilesOf(database, level);
  readTiles.others = (levels) =>
    all('SELECT level, n FROM audit_tile NOT INDEXED WHERE level < 0 OR level >= ?', levels);
  return {
    kind: 'database',
    origin: identity?.origin ?? null,
    publicKey: identity?.public_key ?? undefined,
    head: () => all('SELECT size, frontier FROM audit_head NOT INDEXED WHERE id = 1')[0] ?? null,
    checkpoints: () => all('SELECT size, note FROM audit_checkpoint NOT INDEXED ORDER BY size'),
    entries: () => databaseEntries(database),
    tiles: readTiles,
    strays: () =>
      ['audit_payload', 'audit_erasure'].flatMap((table) =>
        all(
          `SELECT '${table}' AS "table", idx FROM ${table} NOT INDEXED
            WHERE idx NOT IN (SELECT idx FROM audit_entry NOT INDEXED) LIMIT 20`,
        ),
      ),
    damage: () =>
      tables
        .flatMap((table) => all(`PRAGMA integrity_check(${table})`).map((row) => row.integrity_check))
        .filter((words) => words !== 'ok'),
  };
}

/** In order. They are sorted by their places alone: each is some ten kilobytes. */
function* tilesOf(database, level) {
  const places = database.prepare('SELECT n, rowid AS id FROM audit_tile NOT INDEXED WHERE level = ? ORDER BY n');
  const tile = database.prepare('SELECT n, hashes FROM audit_tile NOT INDEXED WHERE rowid = ?');
  for (const { id } of places.all(level)) yield tile.get(id);
}

/** As verifyFile, on an open database of node:sqlite. */
export function verifyDatabase(database, outside = [], key = undefined) {
  const odd = tables.flatMap((table) => oddities(database, table));
  if (odd.length === 0) return verifyLog(databaseLog(database), outside, key);
  // Of such tables two readers need not get the same rows: what is read here would say nothing of what others read.
  const findings = new Findings();
  for (const words of odd) findings.add('file', null, words);
  return findings.result({ kind: 'database', origin: null, provenTo: null, keyPinned: key !== undefined });
}

/**
 * How a table is other than Keybook makes it, up to the first that is. A column that is computed can tell each version of
 * SQLite something else, and so can a table that only some program's module reads.
 */
function oddities(database, table) {
  const all = (sql, ...values) => database.prepare(sql).all(...values);
  const isIt = ({ schema, name }) => schema === 'main' && name.toLowerCase() === table;
  const listed = all('PRAGMA table_list').filter(isIt);
  const texts = all('SELECT sql FROM sqlite_schema WHERE lower(name) = ?', table);
  const [found] = listed;
  if (listed.length !== 1 || texts.length !== 1 || found.name !== table || found.type !== 'table' || found.wr !== 0)
    return [`${table} is no table as Keybook makes it`];
  const odd = oddColumns(table, all(`PRAGMA table_xinfo(${table})`));
  if (odd.length === 0) odd.push(...oddWords(table, texts[0].sql));
  if (odd.length > 0 || !oneRowTables.has(table)) return odd;
  const [{ n }] = all(`SELECT count(*) AS n FROM ${table} NOT INDEXED`);
  return n > 1 ? [`${table} has ${n} rows, and should have one`] : [];
}

function oddColumns(table, columns) {
  const names = new Set(columns.map(({ name }) => name));
  const missing = columnsOf[table].filter((name) => !laterColumns.has(name) && !names.has(name));
  const odd = columns.map(({ name, type, hidden }) => {
    const named = JSON.stringify(name);
    if (hidden !== 0) return `the column ${named} of ${table} is computed, not stored`;
    if (!columnsOf[table].includes(name)) return `${table} has a column ${named} that is not Keybook's`;
    const expected = numberColumns.has(name) ? 'INTEGER' : 'TEXT';
    return type.toUpperCase() === expected
      ? null
      : `the column ${named} of ${table} is of another type than ${expected}`;
  });
  return [...odd.filter((words) => words !== null), ...missing.map((name) => `${table} lacks its column ${name}`)];
}

/** What the text that makes a table says beyond columns, their types and what rows are held to. */
function oddWords(table, text) {
  const names = new Set([...tables, ...columnsOf[table]]);
  const words = text.replaceAll('"', ' ').match(/[A-Za-z_][A-Za-z0-9_]*|\d+|\S/g) ?? [];
  const odd = words.find((word) => !names.has(word) && !wordsOfTables.has(word.toLowerCase()));
  return odd === undefined ? [] : [`${table} is made with ${JSON.stringify(odd)}, which is not how Keybook makes it`];
}

/** Stands for stored bytes that are no text. */
const noText = Symbol('no text');

/**
 * Bytes would be the safe thing to read, but text is three times as fast. So text is read, and where it has the
 * character that decoders put for what is not UTF-8, the bytes decide.
 */
function* databaseEntries(database) {
  const statement = database.prepare(
    `SELECT e.idx, e.at, e.action, e.subject, e.key_id, e.equipment_id, e.customer_id, e.actor_id,
            e.header, p.salt, p.body, x.by_idx
       FROM audit_entry e NOT INDEXED
       LEFT JOIN audit_payload p NOT INDEXED ON p.idx = e.idx
       LEFT JOIN audit_erasure x NOT INDEXED ON x.idx = e.idx
      ORDER BY e.idx`,
  );
  const bytesOf = {
    header: database.prepare('SELECT CAST(header AS BLOB) AS bytes FROM audit_entry NOT INDEXED WHERE idx = ?'),
    body: database.prepare('SELECT CAST(body AS BLOB) AS bytes FROM audit_payload NOT INDEXED WHERE idx = ?'),
  };
  const isWholeText = database.prepare("SELECT 'a' || char(0) || 'b' AS text").get().text.length === 3;
  const textOf = (idx, field, value) => {
    if (value === null) return null;
    const isPlain = isWholeText && typeof value === 'string' && !value.includes('\ufffd');
    return isPlain ? value : decodeText(bytesOf[field].get(idx).bytes);
  };
  // Rows as arrays cost less than objects, where Node has them.
  statement.setReturnArrays?.(true);
  for (const row of statement.iterate()) {
    const [idx, at, action, subject, key_id, equipment_id, customer_id, actor_id, header, salt, body, by] =
      valuesOf(row);
    yield {
      idx,
      header: textOf(idx, 'header', header),
      salt,
      body: textOf(idx, 'body', body),
      erasedBy: by,
      columns: { idx, at, action, subject, key_id, equipment_id, customer_id, actor_id },
    };
  }
}

function valuesOf(row) {
  return Array.isArray(row) ? row : Object.values(row);
}

function decodeText(bytes) {
  try {
    return utf8.decode(bytes);
  } catch {
    return noText;
  }
}

// ------------------------------------------------------------------------------------------------ JSON Lines exports

const entryStart = Buffer.from('{"entry":');

/** The bytes of a file in blocks of whole lines, without the end of the last. */
function* blocksOf(file) {
  const handle = fs.openSync(file, 'r');
  const chunk = Buffer.alloc(1 << 20);
  let rest = Buffer.alloc(0);
  try {
    for (let read = fs.readSync(handle, chunk); read > 0; read = fs.readSync(handle, chunk)) {
      const bytes = Buffer.concat([rest, chunk.subarray(0, read)]);
      const end = bytes.lastIndexOf(10) + 1;
      if (end > 0) yield bytes.subarray(0, end - 1);
      rest = bytes.subarray(end);
    }
    if (rest.length > 0) yield rest;
  } finally {
    fs.closeSync(handle);
  }
}

/** Hears of the bytes of each line, until it answers false. */
function scanLines(file, onLine) {
  for (const block of blocksOf(file)) {
    for (let start = 0, end = 0; end < block.length; start = end + 1) {
      end = block.indexOf(10, start);
      if (end < 0) end = block.length;
      if (onLine(block, start, end) === false) return;
    }
  }
}

function isEntryAt(block, start) {
  for (let i = 0; i < entryStart.length; i += 1) if (block[start + i] !== entryStart[i]) return false;
  return true;
}

/** Lines as text, noText for one that is not UTF-8. Decoding many at once is faster. */
function* linesOf(file) {
  for (const block of blocksOf(file)) {
    const text = decodeText(block);
    if (text !== noText) yield* text.split('\n');
    else for (const line of block.toString('latin1').split('\n')) yield decodeText(Buffer.from(line, 'latin1'));
  }
}

/** Whether a parsed line is an object with exactly these fields: nothing unchecked may stand beside what is checked. */
function hasExactly(value, fields) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const names = Object.keys(value);
  return names.length === fields.length && fields.every((field) => Object.hasOwn(value, field));
}

function parseLine(line) {
  try {
    return line === noText ? null : JSON.parse(line);
  } catch {
    return null;
  }
}

const jsonToken = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g;

/**
 * The name that some object of a JSON text has twice, or null. What is read is the last of such members; other readers,
 * and people, see the first.
 */
function repeatedMember(text, value) {
  // What is written without a space, as exports are, needs no second look.
  if (text === noText || value === null || JSON.stringify(value) === text) return null;
  const open = [];
  let isName = false;
  for (const [token] of text.matchAll(jsonToken)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ',' && isName) {
      const names = open[open.length - 1];
      const name = JSON.parse(token);
      if (names.has(name)) return name;
      names.add(name);
    }
    isName = token === '{' || (token === ',' && open[open.length - 1] !== null);
  }
  return null;
}

const twice = (name) => `has the member ${JSON.stringify(name)} twice: which is meant cannot be told`;

/**
 * An export is read twice: first its frame (identity, checkpoints, end), then its entries, so that checkpoints may
 * stand anywhere and memory does not grow with the file.
 */
function exportLog(file) {
  const frame = { first: null, checkpoints: [], end: null, badLines: [], repeated: [], lines: 0 };
  scanLines(file, (block, start, end) => {
    frame.lines += 1;
    if (frame.end !== null) frame.badLines.push(frame.lines);
    else if (!isEntryAt(block, start)) readFrameLine(frame, decodeText(block.subarray(start, end)));
    return frame.badLines.length + frame.repeated.length <= mostListed;
  });
  const { first, end } = frame;
  if (first === null) refuse(`${file} does not begin as an export of this format does`);
  return {
    kind: 'export',
    origin: first.origin,
    publicKey: first.publicKey,
    head: () => end,
    checkpoints: () => frame.checkpoints,
    entries: (findings) => {
      for (const line of frame.badLines) findings.add('format', null, `line ${line} is not one of an export`);
      for (const { line, name } of frame.repeated) findings.add('format', null, `line ${line} ${twice(name)}`);
      if (end !== null && first.size !== end.size) {
        findings.add('format', null, `the export says ${first.size} entries at its start, ${end.size} at its end`);
      }
      return exportEntries(file, findings);
    },
  };
}

function readFrameLine(frame, line) {
  const value = parseLine(line);
  const name = repeatedMember(line, value);
  if (name !== null) frame.repeated.push({ line: frame.lines, name });
  if (frame.lines === 1) {
    const isExport = hasExactly(value, ['keybookExport', 'origin', 'publicKey', 'size']) && value.keybookExport === 1;
    if (isExport) frame.first = value;
  } else if (hasExactly(value, ['checkpoint']) && hasExactly(value.checkpoint, ['size', 'note'])) {
    frame.checkpoints.push(value.checkpoint);
  } else if (hasExactly(value, ['end']) && hasExactly(value.end, ['size', 'frontier'])) {
    frame.end = value.end;
  } else {
    frame.badLines.push(frame.lines);
  }
}

function* exportEntries(file, findings) {
  let number = 0;
  for (const line of linesOf(file)) {
    number += 1;
    if (line !== noText && !line.startsWith('{"entry":')) continue;
    const value = parseLine(line);
    const entry = hasExactly(value, ['entry']) ? entryOf(value.entry, []) : null;
    if (entry === null) {
      findings.add('format', null, `line ${number} is not one of an export`);
      continue;
    }
    const name = repeatedMember(line, value);
    if (name !== null) findings.add('format', entry.idx, `line ${number}, of entry ${entry.idx}, ${twice(name)}`);
    yield entry;
  }
}

/** An entry of an export or evidence file in the form verifyLog reads, or null if it is out of form. */
function entryOf(value, moreFields) {
  if (!hasExactly(value, ['idx', 'header', 'salt', 'body', 'erasedBy', ...moreFields])) return null;
  const { idx, header, salt, body, erasedBy } = value;
  if (value.withheld !== undefined && value.withheld !== true) return null;
  const isIndex = (index) => Number.isSafeInteger(index) && index >= 0;
  const fits = (text) => text === null || (typeof text === 'string' && isText(text));
  if (!isIndex(idx) || header === null || ![header, salt, body].every(fits)) return null;
  if (erasedBy !== null && !isIndex(erasedBy)) return null;
  return {
    idx,
    header,
    salt,
    body,
    erasedBy,
    columns: { idx },
  };
}

// ----------------------------------------------------------------------------------------------------- evidence files

/** Evidence: some entries of a log, each with its proof against one signed checkpoint; `repeated` is a member there twice. */
function verifyEvidence(evidence, repeated, outside, pinned) {
  const findings = new Findings();
  if (repeated !== null) findings.add('format', null, `the evidence ${twice(repeated)}`);
  const { origin, publicKey, filter, completeTo, checkpoint, entries } = evidence;
  judgeFilter(findings, filter);
  const key = chooseKey(findings, evidence, pinned);
  const log = { origin, checkpoints: () => [{ note: checkpoint }] };
  const admitted = admitCheckpoints(findings, log, key, outside);
  const signed = admitted.find(({ isOutside }) => !isOutside) ?? parseNote(checkpoint);
  if (signed === null)
    return findings.result({
      kind: 'evidence',
      origin,
      size: 0,
      keyPinned: pinned !== undefined,
      provenComplete: false,
      incomplete: 'there is no checkpoint that could be read',
    });
  compareOutside(findings, signed, admitted);
  if (!Number.isSafeInteger(completeTo) || completeTo < 0 || completeTo > signed.size) {
    findings.add(
      'format',
      null,
      `the evidence claims to be complete to ${completeTo}, its checkpoint is of ${signed.size}`,
    );
  }
  const chains = { key: new EvidenceChain(findings, filter, 'key'), unit: new EvidenceChain(findings, filter, 'unit') };
  const erasures = new Erasures(findings);
  const seen = new Set();
  const withheld = [];
  let next = 0;
  for (const [position, value] of entries.entries()) {
    const isWithheld = value?.withheld !== undefined;
    const entry = entryOf(value, isWithheld ? ['proof', 'withheld'] : ['proof']);
    if (entry === null) findings.add('format', null, `entry at position ${position} of the evidence is out of form`);
    else if (entry.idx < next) findings.add('index', entry.idx, `entry ${entry.idx} is out of order or there twice`);
    else {
      next = entry.idx + 1;
      seen.add(entry.idx);
      if (isWithheld) withheld.push(entry.idx);
      verifyProven(findings, signed, { ...entry, isWithheld }, value.proof, filter, chains, erasures);
    }
  }
  judgeWithheld(findings, withheld, filter);
  erasures.end(
    (idx) => seen.has(idx),
    () => false,
  );
  const chain = [chains.key, chains.unit].find(({ isWithoutGaps }) => isWithoutGaps);
  // The units that a key was on have entries of other keys, and need not have them here.
  if ((chain ? chain.leftOut : chains.key.leftOut + chains.unit.leftOut) > 0) {
    findings.warnings.push('by its links, entries of the same keys or units are left out of this evidence');
  }
  findings.warnings.push(`that nothing follows up to entry ${completeTo - 1} is the log's word, not a proof`);
  const incomplete = findings.problems.length > 0 ? 'something is wrong with it' : whyIncomplete(chain);
  return findings.result({
    kind: 'evidence',
    origin,
    size: signed.size,
    entries: entries.length,
    filter,
    completeTo,
    // Whether its links prove that no entry was left out before the last one; if not, why they do not.
    provenComplete: incomplete === null,
    incomplete,
    completeBefore: incomplete === null ? chain.last.get(chain.only) : null,
    root: hashToText(signed.root),
    checkpointsVerified: admitted.length,
    latestCheckpoint: { size: signed.size, note: checkpoint },
    keyPinned: pinned !== undefined,
    outsideVerified: admitted.some(({ isOutside }) => isOutside),
    publicKey,
  });
}

function compareOutside(findings, signed, admitted) {
  for (const { size, root, isOutside } of admitted) {
    if (!isOutside) continue;
    if (size !== signed.size) {
      findings.warnings.push(
        `the checkpoint of size ${size} held elsewhere cannot be compared with one of ${signed.size}`,
      );
    } else if (root !== signed.root) {
      const detail = `the checkpoint of size ${size} held elsewhere has another root: the log was rewritten`;
      findings.add('root', null, detail, [0, Math.max(size - 1, 0)]);
    }
  }
}

function verifyProven(findings, signed, entry, proofTexts, filter, chains, erasures) {
  const { idx } = entry;
  const header = parseHeader(entry.header);
  if (header === null) {
    findings.add('header', idx, `the header of entry ${idx} is not in canonical form`);
    erasures.seeBroken(idx);
    return;
  }
  const proof = Array.isArray(proofTexts) ? proofTexts.map((text) => hashFrom(text, 'base64url')) : [null];
  const fits = idx < signed.size && proof.length < 64 && !proof.includes(null);
  if (!fits || rootFromProof(idx, signed.size, leafOf(entry.header), proof) !== signed.root) {
    findings.add('proof', idx, `entry ${idx} is not proven to be in the log that the checkpoint signed`);
  }
  checkColumns(findings, header, idx, entry.columns);
  checkFilter(findings, header, filter);
  chains.key.see(idx, header.k, header.p);
  chains.unit.see(idx, header.e, header.pe);
  if (!entry.isWithheld) erasures.see(header, judgePayload(findings, header, entry), entry);
  else if (entry.salt !== null || entry.body !== null || entry.erasedBy !== null)
    findings.add('format', idx, `the content of entry ${idx} is said to be withheld, but is there`);
  else if (header.a === 'entries.erased') erasures.seeBroken(idx);
}

/**
 * Content may be withheld from whoever asked, so that only its header is proven: in evidence that says which customers
 * it is limited to, and nowhere else. That is said; it is no proof of what the content was.
 */
function judgeWithheld(findings, withheld, filter) {
  const [first] = withheld;
  if (first === undefined) return;
  if (!Array.isArray(filter.customerIds))
    findings.add('payload', first, `the content of entry ${first} is withheld, in evidence that is not limited`);
  const which = withheld.length === 1 ? `entry ${first}` : `${withheld.length} entries, the first ${first},`;
  findings.warnings.push(`the content of ${which} was withheld: only that the header stands in the log is proven`);
}

/** The one way for the log's time to go back in order: a `clock.corrected` that names the time before it and its own. */
function setsTimeBack(header, body, latest) {
  if (header.a !== 'clock.corrected' || header.t >= latest) return false;
  let said;
  try {
    said = JSON.parse(body);
  } catch {
    return false;
  }
  return said !== null && typeof said === 'object' && said.from === latest && said.to === header.t;
}

const isId = (value) => typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
const isMoment = (value) =>
  typeof value === 'string' && /^(?:[0-9]{4}|[+-][0-9]{6})-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z$/.test(value);

/** By what entries may be chosen, and what each name takes. */
const filterShapes = {
  keyId: isId,
  equipmentId: isId,
  customerId: isId,
  from: isMoment,
  to: isMoment,
  customerIds: (value) => Array.isArray(value) && value.every(isId),
};

/** Nothing is asked of entries by a name that means nothing here: whatever is left out would not be missed. */
function judgeFilter(findings, filter) {
  if (Array.isArray(filter)) findings.add('filter', null, 'the filter of the evidence is out of form');
  for (const [name, value] of Object.entries(filter)) {
    if (!Object.hasOwn(filterShapes, name)) {
      findings.add('filter', null, `the filter has a member ${JSON.stringify(name)}, by which no entries are chosen`);
    } else if (!filterShapes[name](value)) {
      findings.add('filter', null, `what the filter has as ${name} is out of form`);
    }
  }
}

/** Why links cannot prove that no entry was left out before the last one here, or null where they do. */
function whyIncomplete(chain) {
  if (chain === undefined)
    return 'entries may be left out; that none is, links prove only where one key, or one unit, was asked for alone';
  const { kind, first } = chain;
  if (first === null) return `there is no entry of that ${kind}`;
  if (first.link === null) return null;
  return `entries may be left out before entry ${first.idx}: it names ${first.link} as the ${kind}'s previous entry`;
}

const filterFields = { keyId: 'k', equipmentId: 'e', customerId: 'o' };

/** What is not about the thing asked for has no place here, but for the entries that say what was erased. */
function checkFilter(findings, header, filter) {
  if (header.a === 'entries.erased') return;
  for (const [name, field] of Object.entries(filterFields)) {
    if (filter[name] === undefined || filter[name] === header[field]) continue;
    findings.add('filter', header.i, `entry ${header.i} is not about what the evidence is said to be about`);
  }
}

/**
 * Links inside evidence. Where the evidence is all about one key, or unit, no link may lead past it; elsewhere entries
 * of the same key may lawfully be left out, and only a link that contradicts the order is wrong.
 */
class EvidenceChain {
  last = new Map();
  leftOut = 0;
  /** The first entry of the one key, or unit, that the evidence is about, and what it names as the one before. */
  first = null;

  constructor(findings, filter, kind) {
    this.findings = findings;
    this.kind = kind;
    const field = kind === 'key' ? 'keyId' : 'equipmentId';
    this.only = filter[field] ?? null;
    const isOnly = Object.keys(filter).every((name) => [field, 'from', 'to'].includes(name));
    this.isWithoutGaps = this.only !== null && isOnly;
    this.isFromStart = this.isWithoutGaps && filter.from === undefined;
  }

  see(idx, id, link) {
    const isFirst = !this.last.has(id);
    const previous = this.last.get(id) ?? null;
    if (id !== null) this.last.set(id, idx);
    if (id !== null && id === this.only) this.first ??= { idx, link };
    if (link === previous) return;
    const isWrong = id === null || (link === null ? !isFirst : link >= idx || (previous !== null && link < previous));
    const isStrict = id === this.only && (isFirst ? this.isFromStart : this.isWithoutGaps);
    if (!isWrong && !isStrict) this.leftOut += 1;
    else {
      const [said, seen] = [link ?? 'none', previous ?? 'none'];
      const detail = `entry ${idx} names ${said} as the ${this.kind}'s previous entry; the evidence has ${seen}`;
      this.findings.add('link', idx, detail);
    }
  }
}

// ------------------------------------------------------------------------------------------------- the command line

/** Something that cannot be verified at all, be it whole or not. */
function refuse(message, usage) {
  throw Object.assign(new Error(message), { usage });
}

/**
 * A text as people can tell what it is: what a terminal would obey instead of showing, and letters that may look like
 * others, are written as JSON may write them. So no text of a file can write a line of its own or pass for another
 * one, and JSON stays the same JSON.
 */
function shown(text) {
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function readCommandLine() {
  const options = {
    checkpoint: { type: 'string', multiple: true },
    key: { type: 'string' },
    json: { type: 'boolean' },
  };
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (positionals.length !== 1) throw new Error('give one FILE');
    return { file: positionals[0], notes: values.checkpoint ?? [], key: values.key, json: values.json === true };
  } catch (error) {
    const usage = 'usage: node keybook-verify.mjs FILE [--checkpoint NOTE]... [--key VKEY] [--json]';
    return refuse(error.message, usage);
  }
}

/** A note that came by mail may have lost its line ends. */
function readNote(file) {
  return { file, note: `${fs.readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trimEnd()}\n` };
}

/**
 * What the command line says with --json. `outside` are checkpoints held elsewhere, `{ file, note }` each; `key` is
 * the log's public key. Rejects where the file is none of a log.
 */
export async function verifyFile(file, outside = [], key = undefined) {
  const start = Buffer.alloc(4096);
  const handle = fs.openSync(file, 'r');
  const beginning = start.subarray(0, fs.readSync(handle, start)).toString('latin1');
  fs.closeSync(handle);
  if (beginning.startsWith('SQLite format 3\0')) {
    const database = await openDatabase(file);
    try {
      return verifyDatabase(database, outside, key);
    } finally {
      database.close();
    }
  }
  if (beginning.startsWith('{"keybookExport":')) return verifyLog(exportLog(file), outside, key);
  if (!beginning.includes('"keybookEvidence"')) refuse(`${file} is no database, no export and no evidence of Keybook`);
  const text = decodeText(fs.readFileSync(file));
  const evidence = parseLine(text);
  const fields = ['keybookEvidence', 'origin', 'publicKey', 'filter', 'completeTo', 'checkpoint', 'entries'];
  const isEvidence = hasExactly(evidence, fields) && evidence.keybookEvidence === 1;
  if (!isEvidence || !Array.isArray(evidence.entries) || typeof evidence.filter !== 'object' || !evidence.filter) {
    refuse(`${file} is not evidence of this format`);
  }
  return verifyEvidence(evidence, repeatedMember(text, evidence), outside, key);
}

/** The verdict on what has no fault: up to where it is proven, and what is not. No more is ever called OK. */
function verdictLines(result) {
  const { kind, size, provenTo, keyPinned, outsideVerified } = result;
  const byWhom = keyPinned || outsideVerified ? '' : ', with the key that this file itself names';
  if (kind === 'evidence') return [evidenceVerdict(result, byWhom)];
  if (size === 0) return ['OK           there are no entries'];
  const lines = [];
  const next = provenTo === null ? 0 : provenTo + 1;
  if (next > 0) {
    const which = next === 1 ? 'entry 0 is as it was' : `entries 0 to ${provenTo} are as they were`;
    lines.push(`OK           ${which} signed${byWhom}`);
  }
  if (next < size) {
    const [which, them] = next === size - 1 ? [`entry ${next}`, 'it'] : [`entries ${next} to ${size - 1}`, 'them'];
    lines.push(`NOT PROVEN   ${which}: nothing signed covers ${them}; whoever made this file may have made ${them} up`);
  }
  return lines;
}

/** Sound evidence that may lack entries is never called OK. */
function evidenceVerdict({ entries, filter, provenComplete, incomplete, completeBefore }, byWhom) {
  const sound = entries === 1 ? 'the entry here is as it was signed' : 'the entries here are as they were signed';
  if (!provenComplete) return `NOT PROVEN   complete: ${entries === 0 ? '' : `${sound}${byWhom}; but `}${incomplete}`;
  const whose = filter.keyId === undefined ? 'unit' : 'key';
  return `OK           ${sound}${byWhom}; by its links no entry of the ${whose} is left out before entry ${completeBefore}`;
}

/** Said before anything else, for those who read no further. */
function headline({ ok, kind, provenComplete }) {
  if (kind !== 'evidence' || provenComplete) return [];
  return [
    ok
      ? 'NOT PROVEN   complete: entries may be left out of this evidence'
      : 'NOT OK       and NOT PROVEN complete: see the last lines',
  ];
}

/** By what its entries were chosen, and up to which size of the log: what is not of that need not be there. */
function evidenceLines({ filter, completeTo, provenComplete }) {
  if (filter === undefined) return [];
  const about = Object.entries(filter).map(([name, value]) => `${nameOf(name)} ${JSON.stringify(value)}`);
  const claim = `for the first ${JSON.stringify(completeTo)} entries of the log, as it says itself`;
  return [
    `about        ${about.join(', ') || 'everything'}`,
    `complete     ${provenComplete ? '' : 'NOT PROVEN: '}${claim}`,
  ];
}

/** What is no plain word could look like several. */
function nameOf(text) {
  return /^[A-Za-z]+$/.test(text) ? text : JSON.stringify(text);
}

function print(result) {
  const { ok, kind, origin, size, entries, root, checkpointsVerified, latestCheckpoint, problems, warnings } = result;
  const lines = [
    ...headline(result),
    `log          ${origin ?? 'not read'}`,
    kind === 'evidence'
      ? `evidence     ${entries ?? 0} entries of a log of ${size}`
      : `entries      ${size ?? 'not read'}`,
    ...(kind === 'evidence' ? evidenceLines(result) : []),
    `root         ${root ?? 'unknown'}`,
    `checkpoints  ${checkpointsVerified ?? 0} verified, the newest of size ${latestCheckpoint?.size ?? 0}`,
    ...warnings.map((warning) => `note         ${warning}`),
  ];
  if (ok) lines.push(...verdictLines(result));
  else {
    const { idx, problem } = result.firstBad;
    lines.push(`NOT OK       ${idx === null ? '' : `first bad entry: ${idx}. `}${problem}`);
    for (const { detail } of problems) if (detail !== problem) lines.push(`             ${detail}`);
  }
  process.stdout.write(`${lines.map(shown).join('\n')}\n`);
}

/** Whether this file is the program that was started, and not a part of another one. */
function isProgram() {
  const started = process.argv[1];
  if (started === undefined) return false;
  try {
    return fs.realpathSync(started) === fs.realpathSync(fileURLToPath(import.meta.url));
  } catch {
    // One of them is no file: this came through standard input. To say nothing would look like a log without fault.
    return true;
  }
}

function statusOf({ ok, kind, provenComplete }) {
  if (!ok) return 1;
  return kind === 'evidence' && !provenComplete ? 3 : 0;
}

async function main() {
  // That the module for databases is experimental is of no use to whoever reads this output.
  process.removeAllListeners('warning');
  try {
    const { file, notes, key, json } = readCommandLine();
    const result = await verifyFile(file, notes.map(readNote), key);
    if (json) process.stdout.write(`${shown(JSON.stringify(result))}\n`);
    else print(result);
    process.exitCode = statusOf(result);
  } catch (error) {
    process.stderr.write(`keybook-verify: ${shown(error.message)}\n${error.usage ? `${error.usage}\n` : ''}`);
    process.exitCode = 2;
  }
}

if (isProgram()) await main();
