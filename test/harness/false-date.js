// Preloaded into a child process (NODE_OPTIONS=--import=…): its clock runs ahead by the milliseconds in the file that
// CLOCK_AHEAD_FILE names, read anew every time.
import { readFileSync } from 'node:fs';

const file = process.env.CLOCK_AHEAD_FILE ?? '';
const TrueDate = Date;
const now = () => TrueDate.now() + Number(readFileSync(file, 'utf8'));

globalThis.Date = class extends TrueDate {
  constructor(...args) {
    if (args.length === 0) super(now());
    else super(...args);
  }

  static now() {
    return now();
  }
};
