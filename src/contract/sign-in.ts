import { z } from 'zod';
import { endpointsOf } from './endpoint.ts';
import { code, me, password, recoveryCode } from './people.ts';
import { id, moment } from './values.ts';

const endpoint = endpointsOf('Sign-in');

export const getSignInWays = endpoint({
  at: 'GET /session/ways',
  summary: 'How people can sign in here',
  permission: 'public',
  output: z.object({
    singleSignOn: z.boolean().describe('Whether GET /session/oidc leads to a provider'),
  }),
});

export const finishSession = endpoint({
  at: 'POST /session/code',
  summary: 'Give the second factor after single sign-on',
  permission: 'session.write',
  unfinished: ['code'],
  body: z.strictObject({ code: code.optional(), recoveryCode: recoveryCode.optional() }),
  output: me,
  replay: 'never',
  errors: ['not_found', 'second_factor_needed', 'wrong_code'],
});

export const startSingleSignOn = endpoint({
  at: 'GET /session/oidc',
  summary: 'Sign in by OpenID Connect: leads the browser to the provider',
  permission: 'public',
  status: 302,
  query: z.strictObject({
    confirm: z
      .enum(['true', 'false'])
      .optional()
      .describe('The provider asks who it is again: the session is confirmed'),
  }),
  errors: ['not_found'],
});

export const finishSingleSignOn = endpoint({
  at: 'GET /session/oidc/callback',
  summary: 'Where the provider sends the browser back to, which is led on into Keybook',
  permission: 'public',
  status: 302,
  query: z.looseObject({}),
  errors: ['not_found', 'not_linked', 'sign_in_abandoned'],
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
  at: 'GET /sessions',
  summary: 'My open sessions, the newest first',
  permission: 'session.write',
  output: z.object({ items: z.array(session), total: z.int() }),
});

export const endSessions = endpoint({
  at: 'DELETE /sessions',
  summary: 'Sign out everywhere, here as well',
  permission: 'session.write',
});

export const endSession = endpoint({
  at: 'DELETE /sessions/{id}',
  summary: 'End one of my sessions',
  permission: 'session.write',
});

export const endUserSessions = endpoint({
  at: 'DELETE /users/{id}/sessions',
  summary: 'Sign somebody out everywhere',
  permission: 'people.write',
});

export const changePassword = endpoint({
  at: 'POST /me/password',
  summary: 'Change my password; all my other sessions end, and my API tokens unless I keep them',
  permission: 'session.secure',
  status: 204,
  body: z.strictObject({
    current: z.string().max(1000).optional().describe('Left out by who has none yet'),
    password,
    keepTokens: z.boolean().optional().describe('true leaves my API tokens as they are; else they are revoked'),
  }),
  replay: 'never',
  errors: ['wrong_credentials'],
});

export const getSecondFactor = endpoint({
  at: 'GET /me/second-factor',
  summary: 'Whether I have a second factor',
  permission: 'session.write',
  unfinished: ['enrolment'],
  output: z.object({
    enrolledAt: moment.nullable(),
    recoveryCodesLeft: z.int(),
    required: z.boolean().describe('Everybody here must have one'),
  }),
});

export const startSecondFactor = endpoint({
  at: 'POST /me/second-factor',
  summary: 'Begin to set up the second factor; its secret is shown once',
  permission: 'session.secure',
  unfinished: ['enrolment'],
  status: 201,
  output: z.object({
    secret: z.string().describe('Base32, to type into an authenticator app'),
    uri: z.string().describe('otpauth://, to show as a QR code'),
  }),
  replay: 'never',
  errors: ['second_factor_known'],
});

const recoveryCodes = z.object({ recoveryCodes: z.array(z.string()).describe('Shown once; each is good once') });

export const confirmSecondFactor = endpoint({
  at: 'POST /me/second-factor/confirmation',
  summary: 'Prove the second factor by a code: from now on it is asked for, and all my other sessions end',
  permission: 'session.secure',
  unfinished: ['enrolment'],
  body: z.strictObject({ code }),
  output: recoveryCodes,
  replay: 'never',
  errors: ['wrong_code', 'second_factor_known'],
});

export const removeSecondFactor = endpoint({
  at: 'DELETE /me/second-factor',
  summary: 'Remove my second factor and its recovery codes; all my other sessions end',
  permission: 'session.secure',
  errors: ['no_second_factor'],
});

export const makeRecoveryCodes = endpoint({
  at: 'POST /me/recovery-codes',
  summary: 'Make new recovery codes; the old ones are void',
  permission: 'session.secure',
  status: 201,
  output: recoveryCodes,
  replay: 'never',
  errors: ['no_second_factor'],
});

export const resetSecondFactor = endpoint({
  at: 'DELETE /users/{id}/second-factor',
  summary: "Remove somebody's second factor, whose device is lost, and end the sessions",
  permission: 'people.write',
  errors: ['no_second_factor'],
});

const identity = z.object({ id, issuer: z.string(), subject: z.string(), createdAt: moment }).meta({ id: 'Identity' });
const identities = z.object({ items: z.array(identity), total: z.int() });

export const listIdentities = endpoint({
  at: 'GET /me/identities',
  summary: 'My accounts for single sign-on',
  permission: 'session.write',
  output: identities,
});

export const linkIdentity = endpoint({
  at: 'POST /me/identities',
  summary: 'Link an account for single sign-on: where to lead the browser, which comes back linked',
  permission: 'session.secure',
  output: z.object({ url: z.string() }),
  replay: 'never',
  errors: ['not_found'],
});

export const unlinkIdentity = endpoint({
  at: 'DELETE /me/identities/{id}',
  summary: 'Unlink one of my accounts for single sign-on',
  permission: 'session.secure',
});

export const listUserIdentities = endpoint({
  at: 'GET /users/{id}/identities',
  summary: "Somebody's accounts for single sign-on",
  permission: 'people.write',
  output: identities,
});

export const linkUserIdentity = endpoint({
  at: 'POST /users/{id}/identities',
  summary: 'Say which account of the provider is whose, by its subject',
  permission: 'people.write',
  status: 201,
  body: z.strictObject({ subject: z.string().min(1).max(255) }),
  output: identity,
  replay: 'rebuild',
  errors: ['identity_taken'],
});

export const unlinkUserIdentity = endpoint({
  at: 'DELETE /users/{id}/identities/{identityId}',
  summary: "Unlink somebody's account for single sign-on",
  permission: 'people.write',
  params: z.strictObject({ id, identityId: id }),
});
