import { allEndpoints } from '../../src/contract/api.ts';
import type { Call } from './world.ts';

/** What every endpoint that needs an actor, but those open to who owes this, answers to somebody not done signing in. */
export async function answersTo(call: Call, owed: 'code' | 'enrolment'): Promise<Map<string, string>> {
  const closed = allEndpoints.filter(
    ({ permission, unfinished }) => permission !== 'public' && !unfinished?.includes(owed),
  );
  const answers = new Map<string, string>();
  for (const { method, path, body } of closed) {
    const address = path.replaceAll(/\{\w+\}/g, 'x');
    const answer = await call(method, address, body && method !== 'GET' ? {} : undefined, { 'if-match': '*' });
    answers.set(`${method} ${path}`, answer.body?.code ?? answer.status);
  }
  return answers;
}
