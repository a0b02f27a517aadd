import { mayBeLicenseKey } from '../../../domain/license-key.ts';
import { isKeyShape } from '../plan/key-shapes.ts';
import { namesOf, plainName } from './column-words.ts';
import { isMost, type Sample, textsIn } from './sample.ts';

const keyNames = new Set([...namesOf('licenseKey'), 'part', 'Teil', 'block', 'Gruppe'].map(plainName));
const mostParts = 10;
/** A group of a license key, or up to three of them: what has more is a whole one, and goes together with no other cell. */
const part = /^[\p{L}\p{N}]{2,8}(?:\p{Pd}[\p{L}\p{N}]{2,8}){0,2}$/u;

/** What no column is called that may be part of a license key. */
export const notFree = '-';

/**
 * The places of columns whose cells only together are license keys: `Key1` to `Key5`, a column of license keys with
 * others without a name behind it, or neighbours of any names whose groups are those of one. Undefined where there are
 * none, or their cells say otherwise.
 */
export function splitKey(header: readonly string[], sample: Sample): number[] | undefined {
  const called = [...numbered(header), ...unnamedBehind(header)].find((places) => isSplit(places, sample));
  return called ?? alikeGroups(header, sample).find((places) => isOneKey(places, sample));
}

/** Runs of columns, whatever they are called, whose cells are groups of one length. */
function alikeGroups(header: readonly string[], sample: Sample): number[][] {
  const lengths = header.map((name, index) => (name === notFree ? undefined : groupLength(textsIn(sample, index))));
  let last: number | undefined;
  return runsOf(header, (index, count) => {
    const isAlike = count === 0 || lengths[index] === last;
    last = lengths[index];
    return last !== undefined && isAlike;
  });
}

function groupLength([first, ...others]: readonly string[]): number | undefined {
  if (first === undefined || !/^[\p{Lu}\p{N}]{4,8}$/u.test(first)) return undefined;
  return others.every((text) => text.length === first.length && /^[\p{Lu}\p{N}]+$/u.test(text))
    ? first.length
    : undefined;
}

function isOneKey(places: readonly number[], sample: Sample): boolean {
  const rows = sample.map(({ cells }) => places.map((index) => (cells[index] ?? '').trim()));
  return isMost(
    rows.map((parts) => parts.join('-')),
    (joined) => /\p{L}/u.test(joined) && isKeyShape(joined),
  );
}

function numbered(header: readonly string[]): number[][] {
  const parts = header.map((name) => /^(.{0,200}?)[ _#.-]{0,9}(\d{1,2})$/u.exec(name));
  return runsOf(header, (index, count) => {
    const [, stem = '', number] = parts[index] ?? [];
    return keyNames.has(plainName(stem)) && Number(number) === count + 1;
  });
}

function unnamedBehind(header: readonly string[]): number[][] {
  return runsOf(header, (index, count) => {
    const name = header[index] ?? '';
    return count === 0 ? keyNames.has(plainName(name)) : name === '';
  });
}

/** Runs of at least two columns that go on; `count` is how many the run has so far. */
function runsOf(header: readonly string[], goesOn: (index: number, count: number) => boolean): number[][] {
  const runs: number[][] = [];
  let run: number[] = [];
  for (const index of header.keys()) {
    if (!goesOn(index, run.length)) {
      runs.push(run);
      run = goesOn(index, 0) ? [index] : [];
    } else run.push(index);
  }
  return [...runs, run].filter(({ length }) => length > 1 && length <= mostParts);
}

function isSplit(places: readonly number[], sample: Sample): boolean {
  const rows = sample.map(({ cells }) => places.map((index) => (cells[index] ?? '').trim()).filter(Boolean));
  const cellsOf = rows.filter(({ length }) => length > 0).map((parts) => parts.join('\n'));
  return isMost(cellsOf, (row) => {
    const parts = row.split('\n');
    return parts.length > 1 && parts.every((one) => part.test(one)) && isJoinedKey(parts.join('-'), parts.length);
  });
}

/** Where a cell has several groups, all are of one length and in letters of one size. */
function isJoinedKey(joined: string, count: number): boolean {
  if (!mayBeLicenseKey(joined)) return false;
  const groups = joined.split(/\p{Pd}/u);
  if (groups.length === count) return true;
  return groups.every(({ length }) => length === groups[0]?.length) && !/\p{Ll}/u.test(joined);
}
