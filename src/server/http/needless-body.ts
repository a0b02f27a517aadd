import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Fault, invalid } from '../../domain/errors.ts';
import type { Config } from '../config.ts';
import { problemAnswer } from './problem.ts';
import { safeHeaders } from './safe-headers.ts';

/** Whether a request that only asks comes with a body. */
export function hasNeedlessBody({ method, headers }: IncomingMessage): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

type Refusing = Pick<Config, 'baseUrl'>;

/**
 * Refuses such a request and ends its connection: nothing reads that body, and a client that sends it slowly would hold
 * the connection long after its answer.
 */
export function refuseBody(request: IncomingMessage, response: ServerResponse, config: Refusing): void {
  refuse(request, response, config, { code: 'unknown_field', detail: 'This address takes no body.' });
}

/** Refuses a request that expects something else than to be told to go on; its body is read by nobody either. */
export function refuseExpectation(request: IncomingMessage, response: ServerResponse, config: Refusing): void {
  refuse(request, response, config, { code: 'invalid', detail: 'The header Expect takes 100-continue alone.' });
}

function refuse({ method }: IncomingMessage, response: ServerResponse, config: Refusing, fault: Fault): void {
  const requestId = randomUUID();
  const { status, headers, body } = problemAnswer(invalid({ pointer: '', ...fault }), requestId);
  response.writeHead(status, {
    ...safeHeaders(config),
    ...headers,
    'x-request-id': requestId,
    connection: 'close',
  });
  response.end(method === 'HEAD' ? undefined : JSON.stringify(body));
}
