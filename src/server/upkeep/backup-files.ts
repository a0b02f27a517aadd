const partEnding = '.part';

/** Where the copy of a backup lies until it is whole. */
export function unfinishedCopy(file: string): string {
  return file + partEnding;
}

/** The file that such a copy was to become; undefined of any other. */
export function finishedCopy(unfinished: string): string | undefined {
  return unfinished.endsWith(partEnding) ? unfinished.slice(0, -partEnding.length) : undefined;
}

/** Where a backup says of itself what it is. */
export function manifestFile(file: string): string {
  return `${file}.manifest.json`;
}
