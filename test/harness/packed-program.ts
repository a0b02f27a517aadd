import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Started } from './door.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** As deep as the deepest file that asks where it is, and beside what such files read. */
const chunks = 'src/server/packed';
const migrations = 'src/db/migrations';
/** What is found by its place on the disk stays where it is. */
const unpacked = ['better-sqlite3', 'swagger-ui-dist'];

/** What is quick here is quick in the program: these files begin with those of the tests. */
const quickened = { 'src/cli/main.ts': 'quick-passwords.ts', 'src/db/sqlite.ts': 'quick-disk.ts' };

/**
 * Makes the program of this run: what stands in the repository, its seven hundred files and those of its packages put
 * together into some forty. A process of it starts in a third of the time, and the tests start hundreds; it waits for no
 * disk, and hashes passwords quickly. Its `bin` is the one of the repository. The tests of the README and of `npm run dev`
 * start the program as it stands.
 */
export async function packProgram(): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'keybook-program-'));
  const stop = () => rm(folder, { recursive: true, force: true });
  try {
    await pack(folder);
    addWhatIsRead(folder);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address: join(folder, 'bin', 'keybook.js'), stop };
}

async function pack(folder: string): Promise<void> {
  const steps = readdirSync(join(root, migrations)).map((file) => basename(file, '.ts'));
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    ssr: { noExternal: true, external: unpacked },
    plugins: [{ name: 'quickened', transform: quicken }],
    build: {
      ssr: true,
      target: 'esnext',
      outDir: folder,
      copyPublicDir: false,
      rolldownOptions: {
        input: {
          'src/cli/main': join(root, 'src/cli/main.ts'),
          [`${chunks}/backup-program`]: join(root, 'src/server/upkeep/backup-program.ts'),
          ...Object.fromEntries(
            steps.map((step) => [`${chunks}/migrations/${step}`, join(root, migrations, `${step}.ts`)]),
          ),
        },
        output: { entryFileNames: '[name].ts', chunkFileNames: `${chunks}/[name]-[hash].js` },
      },
    },
  });
}

function quicken(code: string, id: string): string | undefined {
  const found = Object.entries(quickened).find(([path]) => id === join(root, path));
  return found && `import ${JSON.stringify(join(root, 'test/harness', found[1]))};\n${code}`;
}

/** What the program opens by its place, beside it. */
function addWhatIsRead(folder: string): void {
  // Read by every account, as the repository is.
  chmodSync(folder, 0o755);
  copyFileSync(join(root, 'src/server/people/common-passwords.bin'), join(folder, chunks, 'common-passwords.bin'));
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(root, 'dist'), join(folder, 'dist'));
  // A folder of its own: the program keeps beside its packages what the engine made of its files.
  mkdirSync(join(folder, 'node_modules'));
  for (const name of unpacked) symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
}
