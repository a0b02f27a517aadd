import { expect, it } from 'vitest';
import { ask, install, keybook, serve } from '../harness/process.ts';

it('K16: keybook mask --again runs while no server does, says what it found, and is recorded', async () => {
  const { server, env } = await install();
  const key = { licenseKey: 'AAAAA-BBBBB-CCCCC-DDDDD-11111', keyType: 'permanent', productName: 'Office' };
  await ask({ env }, 'POST', '/keys', key);
  expect(await keybook(['mask', '--again'], env)).toMatchObject({ status: 1 });
  await server.end();
  expect(await keybook(['mask'], env)).toMatchObject({ status: 2 });
  expect(await keybook(['mask', '--again'], env)).toMatchObject({
    status: 0,
    stdout: '0 of 1 license key masked otherwise than before\n',
  });
  const again = await serve(env);
  const now = { env: { ...env, KEYBOOK_URL: again.url } };
  const { body } = await ask(now, 'GET', '/audit?action=masking.completed');
  expect(body.items).toMatchObject([{ details: { keys: 1, changed: 0, unreadable: 0 } }]);
  await again.end();
});
