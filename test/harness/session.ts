import { adminPassword, type World } from './world.ts';

/** Signs the administrator in; the cookie of the new session. */
export async function signIn(world: Pick<World, 'as'>): Promise<string> {
  const answer = await world.as(undefined)('POST', '/session', {
    email: 'ada@nordwind.example',
    password: adminPassword,
  });
  if (answer.status !== 201) throw new Error(`not signed in: ${JSON.stringify(answer.body)}`);
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}
