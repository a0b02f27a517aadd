import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { code, me, password, recoveryCode } from './people.ts';
import { id, idParams, moment } from './values.ts';

const tag = 'Sign-in';

export const getSignInWays = endpoint({
  method: 'GET',
  path: '/session/ways',
  summary: 'How people can sign in here',
  tag,
  permission: 'public',
  status: 200,
  output: z.object({
    singleSignOn: z.boolean().describe('Whether GET /session/oidc leads to a provider'),
  }),
  errors: [],
});

export const finishSession = endpoint({
  method: 'POST',
  path: '/session/code',
  summary: 'Give the second factor after single sign-on',
  tag,
  permission: 'session.write',
  unfinished: ['code'],
  status: 200,
  body: z.strictObject({ code: code.optional(), recoveryCode: recoveryCode.optional() }),
  output: me,
  replay: 'never',
  errors: ['invalid', 'not_found', 'second_factor_needed', 'wrong_code', 'too_many_requests'],
});

export const startSingleSignOn = endpoint({
  method: 'GET',
  path: '/session/oidc',
  summary: 'Sign in by OpenID Connect: leads the browser to the provider',
  tag,
  permission: 'public',
  status: 302,
  query: z.strictObject({
    confirm: z
      .enum(['true', 'false'])
      .optional()
      .describe('The provider asks who it is again: the session is confirmed'),
  }),
  errors: ['invalid', 'not_found', 'unavailable'],
});

export const finishSingleSignOn = endpoint({
  method: 'GET',
  path: '/session/oidc/callback',
  summary: 'Where the provider sends the browser back to, which is led on into Keybook',
  tag,
  permission: 'public',
  status: 302,
  query: z.looseObject({}),
  errors: ['not_found', 'not_linked', 'sign_in_abandoned', 'unavailable'],
});

const session = z
  .object({
    id,
    createdAt: moment,
    lastSeenAt: moment,
    expiresAt: moment,
    address: z.string().nullable(),
    current: z.boolean(),
  })
  .meta({ id: 'Session' });

export const listSessions = endpoint({
  method: 'GET',
  path: '/sessions',
  summary: 'My open sessions, the newest first',
  tag,
  permission: 'session.write',
  status: 200,
  output: z.object({ items: z.array(session), total: z.int() }),
  errors: [],
});

export const endSessions = endpoint({
  method: 'DELETE',
  path: '/sessions',
  summary: 'Sign out everywhere, here as well',
  tag,
  permission: 'session.write',
  status: 204,
  errors: [],
});

export const endSession = endpoint({
  method: 'DELETE',
  path: '/sessions/{id}',
  summary: 'End one of my sessions',
  tag,
  permission: 'session.write',
  status: 204,
  params: idParams,
  errors: ['not_found'],
});

export const endUserSessions = endpoint({
  method: 'DELETE',
  path: '/users/{id}/sessions',
  summary: 'Sign somebody out everywhere',
  tag,
  permission: 'people.write',
  status: 204,
  params: idParams,
  errors: ['not_found', 'forbidden'],
});

export const changePassword = endpoint({
  method: 'POST',
  path: '/me/password',
  summary: 'Change my password; all my other sessions end, and my API tokens unless I keep them',
  tag,
  permission: 'session.secure',
  status: 204,
  body: z.strictObject({
    current: z.string().max(1000).optional().describe('Left out by who has none yet'),
    password,
    keepTokens: z.boolean().optional().describe('true leaves my API tokens as they are; else they are revoked'),
  }),
  replay: 'never',
  errors: ['invalid', 'wrong_credentials', 'too_many_requests', 'confirmation_needed'],
});

export const getSecondFactor = endpoint({
  method: 'GET',
  path: '/me/second-factor',
  summary: 'Whether I have a second factor',
  tag,
  permission: 'session.write',
  unfinished: ['enrolment'],
  status: 200,
  output: z.object({
    enrolledAt: moment.nullable(),
    recoveryCodesLeft: z.int(),
    required: z.boolean().describe('Everybody here must have one'),
  }),
  errors: [],
});

export const startSecondFactor = endpoint({
  method: 'POST',
  path: '/me/second-factor',
  summary: 'Begin to set up the second factor; its secret is shown once',
  tag,
  permission: 'session.secure',
  unfinished: ['enrolment'],
  status: 201,
  output: z.object({
    secret: z.string().describe('Base32, to type into an authenticator app'),
    uri: z.string().describe('otpauth://, to show as a QR code'),
  }),
  replay: 'never',
  errors: ['second_factor_known', 'confirmation_needed'],
});

const recoveryCodes = z.object({ recoveryCodes: z.array(z.string()).describe('Shown once; each is good once') });

export const confirmSecondFactor = endpoint({
  method: 'POST',
  path: '/me/second-factor/confirmation',
  summary: 'Prove the second factor by a code: from now on it is asked for, and all my other sessions end',
  tag,
  permission: 'session.secure',
  unfinished: ['enrolment'],
  status: 200,
  body: z.strictObject({ code }),
  output: recoveryCodes,
  replay: 'never',
  errors: ['invalid', 'wrong_code', 'second_factor_known', 'too_many_requests', 'confirmation_needed'],
});

export const removeSecondFactor = endpoint({
  method: 'DELETE',
  path: '/me/second-factor',
  summary: 'Remove my second factor and its recovery codes; all my other sessions end',
  tag,
  permission: 'session.secure',
  status: 204,
  errors: ['no_second_factor', 'confirmation_needed'],
});

export const makeRecoveryCodes = endpoint({
  method: 'POST',
  path: '/me/recovery-codes',
  summary: 'Make new recovery codes; the old ones are void',
  tag,
  permission: 'session.secure',
  status: 201,
  output: recoveryCodes,
  replay: 'never',
  errors: ['no_second_factor', 'confirmation_needed'],
});

export const resetSecondFactor = endpoint({
  method: 'DELETE',
  path: '/users/{id}/second-factor',
  summary: "Remove somebody's second factor, whose device is lost, and end the sessions",
  tag,
  permission: 'people.write',
  status: 204,
  params: idParams,
  errors: ['not_found', 'no_second_factor', 'forbidden'],
});

const identity = z.object({ id, issuer: z.string(), subject: z.string(), createdAt: moment }).meta({ id: 'Identity' });
const identities = z.object({ items: z.array(identity), total: z.int() });

export const listIdentities = endpoint({
  method: 'GET',
  path: '/me/identities',
  summary: 'My accounts for single sign-on',
  tag,
  permission: 'session.write',
  status: 200,
  output: identities,
  errors: [],
});

export const linkIdentity = endpoint({
  method: 'POST',
  path: '/me/identities',
  summary: 'Link an account for single sign-on: where to lead the browser, which comes back linked',
  tag,
  permission: 'session.secure',
  status: 200,
  output: z.object({ url: z.string() }),
  replay: 'never',
  errors: ['not_found', 'unavailable', 'confirmation_needed'],
});

export const unlinkIdentity = endpoint({
  method: 'DELETE',
  path: '/me/identities/{id}',
  summary: 'Unlink one of my accounts for single sign-on',
  tag,
  permission: 'session.secure',
  status: 204,
  params: idParams,
  errors: ['not_found', 'confirmation_needed'],
});

export const listUserIdentities = endpoint({
  method: 'GET',
  path: '/users/{id}/identities',
  summary: "Somebody's accounts for single sign-on",
  tag,
  permission: 'people.write',
  status: 200,
  params: idParams,
  output: identities,
  errors: ['not_found', 'forbidden'],
});

export const linkUserIdentity = endpoint({
  method: 'POST',
  path: '/users/{id}/identities',
  summary: 'Say which account of the provider is whose, by its subject',
  tag,
  permission: 'people.write',
  status: 201,
  params: idParams,
  body: z.strictObject({ subject: z.string().min(1).max(255) }),
  output: identity,
  replay: 'rebuild',
  errors: ['invalid', 'not_found', 'identity_taken', 'forbidden'],
});

export const unlinkUserIdentity = endpoint({
  method: 'DELETE',
  path: '/users/{id}/identities/{identityId}',
  summary: "Unlink somebody's account for single sign-on",
  tag,
  permission: 'people.write',
  status: 204,
  params: z.strictObject({ id, identityId: id }),
  errors: ['not_found', 'forbidden'],
});
