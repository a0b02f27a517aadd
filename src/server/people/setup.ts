import type { BodyOf, OutputOf } from '../../contract/endpoint.ts';
import type { setup } from '../../contract/people.ts';
import type { PublicCtx } from '../route.ts';
import { requireGoodPassword } from './good-password.ts';
import { makeOrganisation } from './make-organisation.ts';
import { describeMe } from './me.ts';
import { setSessionCookie } from './session-cookie.ts';
import { newSessionToken } from './sessions.ts';
import { dropSetupToken, requireSetupToken } from './setup-token.ts';
import { signIn } from './sign-in.ts';
import { throttled } from './throttle.ts';

/**
 * Makes the organisation, its house customer and its first administrator, once, and signs that person in; with `demo`
 * also a year of believable records, which takes some seconds.
 */
export async function setUp(ctx: PublicCtx, { body }: { body: BodyOf<typeof setup> }): Promise<OutputOf<typeof setup>> {
  const { app, address } = ctx;
  await throttled(app, 'setup', { address }, () => requireSetupToken(app, body.token));
  requireGoodPassword(body.password, [body.name, body.email, body.organisation]);
  if (body.demo !== undefined) {
    // Loaded late: hardly any server needs it.
    const { loadDemo } = await import('../demo/load-demo.ts');
    await loadDemo(app, { language: body.demo, founder: body });
    return signIn(ctx, { body });
  }
  const sessionToken = newSessionToken(app);
  const { actor, settings } = await makeOrganisation(app, body, { address, sessionToken });
  dropSetupToken(app);
  ctx.reply.headers['set-cookie'] = setSessionCookie(app.config, sessionToken);
  return describeMe(actor, settings, body.email, app);
}
