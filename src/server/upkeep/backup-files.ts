/**
 * Where the copy of a backup lies until it is whole. `id` is that of the note which says so: by it, and by nothing a note
 * says, a file is known to be one that Keybook made.
 */
export function unfinishedCopy(file: string, id: string): string {
  return file + endingOf(id);
}

/** The file that the copy with this id was to become; undefined of any other file. */
export function finishedCopy(unfinished: string, id: string): string | undefined {
  return unfinished.endsWith(endingOf(id)) ? unfinished.slice(0, -endingOf(id).length) : undefined;
}

function endingOf(id: string): string {
  return `.${id}.part`;
}

/** Where a backup says of itself what it is. */
export function manifestFile(file: string): string {
  return `${file}.manifest.json`;
}
