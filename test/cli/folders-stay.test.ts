import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keybook, newFolder, serve, setUp } from '../harness/process.ts';

function rightsOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

/** A folder that is there already and that others may read, as /etc is. */
function openFolder(...path: string[]): string {
  const folder = join(...path);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  return folder;
}

describe('folders that are there before Keybook', () => {
  it('S18: a start, a backup and a rotation leave the rights of every folder as they are, and make files for this user alone', async () => {
    const root = newFolder();
    const etc = openFolder(root, 'etc');
    const dataDir = openFolder(root, 'data');
    const folders = [etc, dataDir, ...['secrets', 'checkpoints', 'backups'].map((name) => openFolder(dataDir, name))];
    const env = { DATA_DIR: dataDir, MASTER_KEY_FILE: join(etc, 'keybook.key') };
    const server = await serve(env);
    expect(folders.map(rightsOf)).toEqual(folders.map(() => '755'));
    await setUp(server);
    await server.end();
    expect(await keybook(['backup', join(dataDir, 'backups', 'b.db')], env)).toMatchObject({ status: 0 });
    expect(await keybook(['rotate'], env)).toMatchObject({ status: 0 });
    expect(folders.map(rightsOf)).toEqual(folders.map(() => '755'));
    expect(readdirSync(etc).map((name) => rightsOf(join(etc, name)))).toEqual(readdirSync(etc).map(() => '600'));
  });

  it('S18: a folder that is made for the master key is this user’s alone', async () => {
    const root = newFolder();
    const env = { DATA_DIR: join(root, 'data'), MASTER_KEY_FILE: join(root, 'made', 'deep', 'keybook.key') };
    await serve(env);
    const made = [join(root, 'made'), join(root, 'made', 'deep'), join(root, 'data'), join(root, 'data', 'secrets')];
    expect(made.map(rightsOf)).toEqual(made.map(() => '700'));
  });
});
