// `npm run dev`: the server, started anew when a source of it changes, and beside it vite, which shows each change of a
// screen at once. Whichever ends takes the other along, so that one Ctrl-C is enough. The data are its own: DATA_DIR is
// data-dev unless it is set.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { PORT = '4180', WEB_PORT = '5173', DATA_DIR = join(root, 'data-dev') } = process.env;
// What the server prints leads to the screens that vite shows.
const env = { BASE_URL: `http://127.0.0.1:${WEB_PORT}`, ...process.env, PORT, WEB_PORT, DATA_DIR };

// With a flag that bin/keybook.js would begin anew for: the process stays the one that is watched.
const server = ['--watch', '--watch-preserve-output', '--max-semi-space-size=16', 'bin/keybook.js', 'serve'];
const vite = ['node_modules/vite/bin/vite.js', 'src/web'];
const children = [server, vite].map((args) =>
  spawn(process.execPath, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    // Ctrl-C in a terminal is for this process alone, which passes it on once: a second one would break off the stop.
    detached: process.platform !== 'win32',
  }),
);

let isEnding = false;
for (const child of children) {
  child.on('error', (error) => console.error(`dev: ${error.message}`));
  child.on('close', (status) => {
    // A child that ends by itself has said why.
    if (!isEnding) process.exitCode = status || 1;
    end();
  });
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);

function end() {
  isEnding = true;
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
}
