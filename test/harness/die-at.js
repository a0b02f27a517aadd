// Preloaded into a child process (NODE_OPTIONS=--import=…): ends it, as a power cut would, right before the first call of
// the function of node:fs that DIE_AT names with a path that matches DIE_AT_PATH.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const name = process.env.DIE_AT ?? '';
const path = new RegExp(process.env.DIE_AT_PATH ?? '$^');
const original = fs[name];

fs[name] = (...args) => {
  if (path.test(String(args[0]))) process.kill(process.pid, 'SIGKILL');
  return original(...args);
};
syncBuiltinESMExports();
