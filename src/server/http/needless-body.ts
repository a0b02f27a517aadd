import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { invalid } from '../../domain/errors.ts';
import type { Config } from '../config.ts';
import { problemAnswer } from './problem.ts';
import { safeHeaders } from './safe-headers.ts';

/** Whether a request that only asks comes with a body. */
export function hasNeedlessBody({ method, headers }: IncomingMessage): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

/**
 * Refuses such a request and ends its connection: nothing reads that body, and a client that sends it slowly would hold
 * the connection long after its answer.
 */
export function refuseBody(
  { method }: IncomingMessage,
  response: ServerResponse,
  config: Pick<Config, 'baseUrl'>,
): void {
  const requestId = randomUUID();
  const fault = { pointer: '', code: 'unknown_field', detail: 'This address takes no body.' };
  const { status, headers, body } = problemAnswer(invalid([fault]), requestId);
  response.writeHead(status, {
    ...safeHeaders(config),
    ...headers,
    'x-request-id': requestId,
    connection: 'close',
  });
  response.end(method === 'HEAD' ? undefined : JSON.stringify(body));
}
