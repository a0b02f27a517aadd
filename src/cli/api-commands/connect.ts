import type { Command } from 'commander';
import { type Client, createClient } from '../../contract/client.ts';
import { UsageError } from '../exit.ts';
import { newOutput, type Output } from '../output.ts';

const usualUrl = 'http://127.0.0.1:4180';

export type Connection = { client: Client; isJson: boolean } & Output;

/** The server and the output a command is to use, from its own and the global options and the environment. */
export function connect(command: Command): Connection {
  const { url, token, json } = command.optsWithGlobals<{ url?: string; token?: string; json?: boolean }>();
  const baseUrl = url ?? process.env.KEYBOOK_URL ?? usualUrl;
  if (!/^https?:\/\/[^/]/.test(baseUrl))
    throw new UsageError(`The address of the server begins with http:// or https://, such as ${usualUrl}.`);
  const bearer = token ?? process.env.KEYBOOK_TOKEN;
  if (!bearer)
    throw new UsageError('Set KEYBOOK_TOKEN to an API token; on the server: keybook token create --user EMAIL.');
  const isJson = json === true;
  return { client: createClient({ baseUrl, token: bearer }), isJson, ...newOutput(isJson) };
}
