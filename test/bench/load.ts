import { Agent, request } from 'node:http';

export type Target = { port: number; basePath: string; token?: string };
export type Answer = { status: number; text: string };

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** One request to a server on this machine. */
export function send({ port, basePath, token }: Target, method: string, path: string, body?: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const data = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(data && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(data) }),
    };
    const call = request({ agent, host: '127.0.0.1', port, method, path: basePath + path, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
    });
    call.on('error', reject);
    call.end(data);
  });
}

/** Keeps `connections` requests in flight for so many seconds; returns answers a second. Any refusal ends the run. */
export async function sustain(
  connections: number,
  seconds: number,
  one: (i: number) => Promise<Answer>,
): Promise<number> {
  const started = performance.now();
  const until = started + seconds * 1000;
  let next = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < until) {
        const { status, text } = await one(next++);
        if (status >= 300) throw new Error(`the server answered ${status}: ${text.slice(0, 300)}`);
      }
    }),
  );
  return next / ((performance.now() - started) / 1000);
}
