import { z } from 'zod';

/** A file of a form, as the server reads it; whoever sends one gives a `File`. */
export class FormFile {
  readonly name: string;
  /** The content itself: that of a `File` would be a copy. */
  readonly bytes: () => Promise<Uint8Array>;

  constructor(name: string, content: Uint8Array) {
    this.name = name;
    this.bytes = async () => content;
  }
}

export const formFile = z
  .custom<FormFile>((value) => value instanceof FormFile, {
    error: 'Send the file itself, in a part that has a file name.',
    params: { code: 'required' },
  })
  .meta({ type: 'string', format: 'binary', contentEncoding: 'binary' });
