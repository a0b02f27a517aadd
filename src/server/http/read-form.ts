import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy } from '@fastify/busboy';
import { FormFile } from '../../contract/form-file.ts';
import { AppError, invalid } from '../../domain/errors.ts';

/** One part of a form: a text or a file; `print` is the same for the same content. */
export type FormPart = { name: string; value: string | FormFile; print: string };

const mostParts = 100;
/** The longest text of a form: the mapping of a file's columns. */
const longestText = 100_000;

/**
 * Takes a multipart form apart as it arrives, so that a file is not held many times. `type` is its content type with the
 * boundary. Refuses a body that is no such form, that ends early, or that has more than a hundred parts.
 */
export async function readForm(type: string, body: AsyncIterable<Uint8Array>): Promise<FormPart[]> {
  // In the order of the form, and made when it has come whole.
  const parts: (() => FormPart)[] = [];
  try {
    const form = new Busboy({
      headers: { 'content-type': type },
      limits: { parts: mostParts, fieldSize: longestText },
    });
    form.on('field', (name, value, _, isCut) => {
      if (isCut) form.destroy(notAForm(`A text of a form may have ${longestText} bytes.`));
      parts.push(() => ({ name, value, print: value }));
    });
    form.on('file', (name, content, fileName) => {
      const pieces: Buffer[] = [];
      content.on('data', (piece) => pieces.push(piece));
      // The form fails with it.
      content.on('error', () => {});
      parts.push(() => filePart(name, fileName, pieces));
    });
    form.on('partsLimit', () => form.destroy(notAForm(`A form may have ${mostParts} parts.`)));
    await pipeline(Readable.from(body), form);
  } catch (error) {
    throw error instanceof AppError ? error : notAForm('The body is not a valid multipart form.');
  }
  return parts.map((part) => part());
}

function notAForm(detail: string): AppError {
  return invalid({ pointer: '', code: 'not_multipart', detail });
}

function filePart(name: string, fileName: string, pieces: Buffer[]): FormPart {
  const digest = createHash('sha256');
  for (const piece of pieces) digest.update(piece);
  // Browsers write a quote in a file's name so (WHATWG, multipart/form-data encoding).
  const value = new FormFile(fileName.replaceAll('%22', '"'), Buffer.concat(pieces));
  return { name, value, print: digest.digest('base64url') };
}
