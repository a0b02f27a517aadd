import { randomUUID } from 'node:crypto';
import { type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { RequestError } from '@hono/node-server';
import { AppError, invalid, requestTimeout } from '../../domain/errors.ts';
import type { Config } from '../config.ts';
import { asAppError, problemAnswer } from './problem.ts';
import { safeHeaders } from './safe-headers.ts';

/** A request that the HTTP parser refuses reaches no route: it is answered as problem details all the same. */
export function answerBrokenRequests(server: Server, config: Pick<Config, 'baseUrl'>): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else answerAndEnd(socket, config, refusalOf(error.code));
  });
}

/** What a request is answered that cannot be made sense of before any route sees it: such as a Host that is no name. */
export function brokenRequest(thrown: unknown, config: Pick<Config, 'baseUrl'>): Response {
  const error = thrown instanceof RequestError ? refusalOf(undefined) : asAppError(thrown);
  const { status, headers, body } = problemAnswer(error, randomUUID());
  return new Response(JSON.stringify(body), { status, headers: { ...safeHeaders(config), ...headers } });
}

function refusalOf(code: string | undefined): AppError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new AppError(
      'headers_too_large',
      'Address and headers may have 16 KiB together. Send fewer or shorter ones.',
    );
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return requestTimeout();
  return invalid({ pointer: '', code: 'not_http', detail: 'This is not a valid HTTP request.' });
}

/** So long a client may take to read the last answer. */
const lingerMs = 1000;

/** The parser has given up on the connection: the answer is written by hand, and is the last. */
function answerAndEnd(socket: Duplex, config: Pick<Config, 'baseUrl'>, error: AppError): void {
  const requestId = randomUUID();
  const { status, headers, body } = problemAnswer(error, requestId);
  const text = JSON.stringify(body);
  const all = {
    ...safeHeaders(config),
    ...headers,
    'x-request-id': requestId,
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${text}`);
  // A client that does not close its side would hold the connection.
  setTimeout(() => socket.destroy(), lingerMs).unref();
}
