#!/usr/bin/env node
// Starts the command line with a Node.js that can run it: this one, or the one installed with the packages.

import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 24;
const packages = fileURLToPath(new URL('../node_modules', import.meta.url));
const bundledNode = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));

if (!existsSync(packages)) {
  refuse('the packages are not installed: run `npm start` or `npm ci` first.');
} else if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) {
  if (process.argv[2] === 'serve') keepMemorySmall();
  keepCompiledCode();
  await import('../src/cli/main.ts');
} else if (existsSync(bundledNode)) {
  runWith(bundledNode);
} else {
  refuse(
    `Keybook needs Node.js ${NEEDED_MAJOR} or newer; this is ${process.version}. Install one from https://nodejs.org.`,
  );
}

/**
 * Node.js keeps what it made of our TypeScript beside the packages: the next start takes half the time and a tenth less
 * memory. Only for whoever owns that folder, so that nobody finds files of another user in it. This file is JavaScript,
 * because the first TypeScript file would load the compiler that a later start does without.
 */
function keepCompiledCode() {
  const isOurs = process.getuid === undefined || process.getuid() === statSync(packages).uid;
  if (isOurs) module.enableCompileCache(`${packages}/.cache/keybook`);
}

/**
 * A server lives for weeks: V8's young generation stays bounded (a smaller one would cost a third of a list's speed), the
 * old one is swept when it has grown by a fifth, and the C library gives large blocks back at once. All that can only be
 * said at the start of a process, which therefore begins anew in its own place, where the system can do that.
 */
function keepMemorySmall() {
  const flags = ['--max-semi-space-size=16', '--heap-growing-percent=20'];
  if (process.platform !== 'linux' || !process.execve || process.execArgv.includes(flags[0])) return;
  const allocator = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '262144', MALLOC_TRIM_THRESHOLD_: '262144' };
  const given = [...process.execArgv, ...flags, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  process.execve(process.execPath, [process.execPath, ...given], { ...allocator, ...process.env });
}

function runWith(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both processes, so only signals meant for this one are passed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => refuse(`${node} cannot be started: ${error.message}`));
  child.on('exit', (status, signal) => {
    if (!signal) process.exit(status);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function refuse(message) {
  console.error(`keybook: ${message}`);
  process.exitCode = 2;
}
