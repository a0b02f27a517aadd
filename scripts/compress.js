// Puts the compressed form beside each text of the built browser application, so that no server does it while others
// wait. Runs after the build.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const built = fileURLToPath(new URL('../dist/web', import.meta.url));

for (const name of readdirSync(built, { recursive: true, encoding: 'utf8' }))
  if (/\.(css|html|js|json|svg)$/.test(name))
    writeFileSync(join(built, `${name}.gz`), gzipSync(readFileSync(join(built, name)), { level: 9 }));
