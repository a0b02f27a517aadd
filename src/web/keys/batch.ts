import { ProblemError } from '../../contract/client.ts';
import type { BodyInputOf } from '../../contract/endpoint.ts';
import type { createKey } from '../../contract/keys.ts';
import { problemOf } from '../api/client.ts';
import type { Values } from '../form/use-record-form.ts';
import { createBodyOf } from './key-values.ts';
import type { PastedLine } from './pasted-lines.ts';

/** The keys of a batch: each line's own, under the header they share. */
export function batchBodies(header: Values, lines: readonly PastedLine[]): BodyInputOf<typeof createKey>[] {
  return lines.map(({ licenseKey, serialNumber, remarks }) =>
    createBodyOf({ ...header, licenseKey, serialNumber, remarks }),
  );
}

/** The places in a batch whose license key the server refused as taken. */
export function takenPlaces(error: unknown): Set<number> {
  const taken = (problemOf(error)?.errors ?? []).filter(({ code }) => code === 'license_key_taken');
  return new Set(taken.map(({ pointer }) => Number(/^\/keys\/(\d+)\//.exec(pointer)?.[1] ?? -1)));
}

/** What is wrong with the header is told once for each key of the batch: here it stands at the header's own fields. */
export function aboutHeader(error: unknown): unknown {
  const problem = problemOf(error);
  if (!problem?.errors) return error;
  const errors = problem.errors.map((fault) => ({ ...fault, pointer: fault.pointer.replace(/^\/keys\/\d+/, '') }));
  return new ProblemError({ ...problem, errors });
}
