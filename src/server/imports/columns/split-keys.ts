import { mayBeLicenseKey } from '../../../domain/license-key.ts';
import { namesOf, plainName } from './column-words.ts';
import { isMost, type Sample } from './sample.ts';

const keyNames = new Set([...namesOf('licenseKey'), 'part', 'Teil', 'block', 'Gruppe'].map(plainName));
const mostParts = 10;
const part = /^[\p{L}\p{N}]{2,8}$/u;

/**
 * The places of columns whose cells only together are license keys: `Key1` to `Key5`, or a column of license keys with
 * others without a name behind it. Undefined where there are none, or their cells say otherwise.
 */
export function splitKey(header: readonly string[], sample: Sample): number[] | undefined {
  return [...numbered(header), ...unnamedBehind(header)].find((places) => isSplit(places, sample));
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

/** A cell that is a whole license key by itself goes together with no other. */
function isSplit(places: readonly number[], sample: Sample): boolean {
  const rows = sample.map(({ cells }) => places.map((index) => (cells[index] ?? '').trim()).filter(Boolean));
  const cellsOf = rows.filter(({ length }) => length > 0).map((parts) => parts.join('\n'));
  return isMost(cellsOf, (row) => {
    const parts = row.split('\n');
    return parts.length > 1 && parts.every((one) => part.test(one)) && mayBeLicenseKey(parts.join('-'));
  });
}
