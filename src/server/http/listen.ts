import { createServer, type Server } from 'node:http';
import { Server as SocketServer } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { AppError } from '../../domain/errors.ts';
import type { Config } from '../config.ts';
import { answerBrokenRequests, brokenRequest } from './broken-requests.ts';
import { capPeers } from './cap-peers.ts';
import { capPipelined } from './cap-pipelined.ts';
import { isOwnMachine } from './client-address.ts';
import { cutStalled } from './cut-stalled.ts';
import { hasNeedlessBody, refuseBody, refuseExpectation } from './needless-body.ts';

export type Listening = {
  port: number;
  /** Takes no new request, lets those under way finish for at most ten seconds. */
  stop: () => Promise<void>;
};

const finishMs = 10_000;
const idleMs = 150;
/** A head comes at once; an uploaded file takes its time. How soon one that is late is seen. */
const [headMs, requestMs, checkMs] = [15_000, 300_000, 5000];
/** More at once are cut off as they come. Behind a proxy all are the proxy's. */
const mostConnections = 5000;

/** Answers HTTP on the configured address. Refuses, in words, an address that is taken or not allowed. */
export async function listen(config: Config, http: Pick<Hono, 'fetch'>): Promise<Listening> {
  const answer = getRequestListener(http.fetch, { errorHandler: (thrown) => brokenRequest(thrown, config) });
  const isTaken = capPipelined();
  const server = createServer(
    {
      requireHostHeader: false,
      headersTimeout: headMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: checkMs,
    },
    (request, response) => {
      if (!isTaken(request, response)) return;
      if (hasNeedlessBody(request)) refuseBody(request, response, config);
      else answer(request, response);
    },
  );
  cutStalled(server);
  answerBrokenRequests(server, config);
  server.on('checkExpectation', (request, response) => {
    if (isTaken(request, response)) refuseExpectation(request, response, config);
  });
  capPeers(server, (peer) => isOwnMachine(peer) || config.trustedProxies.includes(peer));
  server.maxConnections = mostConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(config, error)));
    server.listen(config.port, config.host, resolve);
  });
  // A connection that cannot be taken, such as for too many open files, is that client's alone.
  server.on('error', () => undefined);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  return { port, stop: () => stop(server) };
}

function cannotListen({ host, port }: Config, error: NodeJS.ErrnoException): Error {
  if (error.code === 'EADDRINUSE')
    return new AppError('unavailable', `Port ${port} on ${host} is taken by another program. Set PORT to a free one.`);
  if (error.code === 'EACCES')
    return new AppError('unavailable', `This user may not listen on port ${port}. Set PORT to one above 1023.`);
  if (error.code === 'EADDRNOTAVAIL')
    return new AppError('unavailable', `This machine has no address ${host}. Set HOST to one it has.`);
  return error;
}

/**
 * The HTTP server's own close() cuts connections whose request has not been read yet, so only the socket is closed at
 * first; connections that stay idle for a moment have nothing under way, and each answer from now on ends its own.
 */
async function stop(server: Server): Promise<void> {
  server.prependListener('request', (_, response) => response.setHeader('connection', 'close'));
  const closed = new Promise<void>((resolve) => SocketServer.prototype.close.call(server, () => resolve()));
  const idle = setInterval(() => server.closeIdleConnections(), idleMs);
  const late = setTimeout(() => server.closeAllConnections(), finishMs);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
  server.close();
}
