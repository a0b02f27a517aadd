import { z } from 'zod';
import { isTimeZone } from '../domain/day.ts';
import { languages } from '../domain/languages.ts';
import { roles } from '../domain/permissions.ts';
import { bodyLimits, endpointsOf } from './endpoint.ts';
import { type ListSpec, listOutput } from './list.ts';
import { day, id, moment, name, text, version } from './values.ts';

export const password = z
  .string()
  .min(12, 'A password has at least 12 characters.')
  .max(1000)
  .describe('At least 12 characters of any kind');
const email = text({ max: 254, min: 3 }).refine((value) => /^[^\s@]+@[^\s@]+$/.test(value), {
  message: 'Write an e-mail address, for example anna@example.org.',
  params: { code: 'not_an_email' },
});
export const code = z.string().max(20).describe('The six digits an authenticator app shows now; each is good once');
export const recoveryCode = z
  .string()
  .max(60)
  .describe('One of the recovery codes, instead of a code; each is good once');
export const locale = z.enum(languages);
export const timeZone = z.string().refine(isTimeZone, {
  message: 'Write an IANA time zone, for example Europe/Berlin.',
  params: { code: 'not_a_time_zone' },
});
const role = z.enum(roles);
const customerIds = z.array(id).max(10_000);

export const me = z
  .object({
    id,
    kind: z.enum(['session', 'token', 'local']),
    name: z.string(),
    email: z.string().nullable(),
    role,
    customerIds: customerIds.nullable().describe('null: all customers'),
    organisation: z.string(),
    timeZone: z.string(),
    locale: z.string(),
    houseId: id,
    today: day,
  })
  .meta({ id: 'Me' });

const endpoint = endpointsOf('People');

export const getSetup = endpoint({
  at: 'GET /setup',
  summary: 'Whether the first administrator is still to be made',
  permission: 'public',
  output: z.object({ needed: z.boolean() }),
});

export const setup = endpoint({
  at: 'POST /setup',
  summary: 'Make the organisation and its first administrator, who is then signed in',
  permission: 'public',
  status: 201,
  body: z.strictObject({
    token: z.string().max(200),
    name: name(),
    email,
    password,
    organisation: name(),
    timeZone,
    locale: locale.optional(),
    demo: locale.optional().describe('Fill it with a year of believable records, in this language'),
  }),
  output: me,
  replay: 'never',
  errors: ['wrong_setup_token', 'setup_done'],
});

export const openSession = endpoint({
  at: 'POST /session',
  summary: 'Sign in',
  permission: 'public',
  status: 201,
  body: z.strictObject({
    email: text({ max: 254 }),
    password: z.string().max(1000),
    code: code.optional(),
    recoveryCode: recoveryCode.optional(),
  }),
  output: me,
  replay: 'never',
  errors: ['wrong_credentials', 'second_factor_needed', 'wrong_code'],
});

export const closeSession = endpoint({
  at: 'DELETE /session',
  summary: 'Sign out',
  permission: 'session.write',
  unfinished: ['code', 'enrolment'],
});

export const confirmSession = endpoint({
  at: 'POST /session/confirmation',
  summary: 'Confirm that it is still you, for ten minutes',
  permission: 'session.write',
  status: 204,
  body: z.strictObject({
    password: z.string().max(1000).optional(),
    code: code.optional(),
    recoveryCode: recoveryCode.optional(),
  }),
  unfinished: ['enrolment'],
  replay: 'never',
  errors: ['wrong_credentials', 'second_factor_needed', 'wrong_code'],
});

export const getMe = endpoint({
  at: 'GET /me',
  summary: 'Who I am here',
  permission: 'me.read',
  output: me,
});

export const user = z
  .object({
    id,
    name: z.string(),
    email: z.string(),
    role,
    customerIds: customerIds.nullable(),
    locale: z.string(),
    disabled: z.boolean(),
    createdAt: moment,
    version,
  })
  .meta({ id: 'User' });

export const userList: ListSpec = {
  defaultSort: 'name',
  fields: {
    name: { kind: 'text', says: 'The name.' },
    email: { kind: 'text', says: 'The e-mail address.' },
    role: { kind: 'enum', values: roles, says: 'The role.' },
    disabled: { kind: 'boolean', says: 'Whether the user is disabled.' },
    createdAt: { kind: 'moment', says: 'When the user was added.' },
  },
};

export const listUsers = endpoint({
  at: 'GET /users',
  summary: 'List users',
  permission: 'people.read',
  list: userList,
  output: listOutput(user),
});

export const createUser = endpoint({
  at: 'POST /users',
  summary: 'Add a user',
  permission: 'people.write',
  status: 201,
  body: z.strictObject({
    name: name(),
    email,
    password: password.optional(),
    role,
    customerIds: customerIds.nullish(),
    locale: locale.optional(),
  }),
  bodyLimit: bodyLimits.batch,
  output: user,
  replay: 'rebuild',
  errors: ['name_taken'],
});

export const getUser = endpoint({
  at: 'GET /users/{id}',
  summary: 'One user',
  permission: 'people.read',
  output: user,
});

export const updateUser = endpoint({
  at: 'PATCH /users/{id}',
  summary: "Change a user's name, role or customers, or enable again",
  permission: 'people.write',
  body: z.strictObject({
    name: name().optional(),
    role: role.optional(),
    customerIds: customerIds.nullish(),
    locale: locale.optional(),
    disabled: z.boolean().optional(),
  }),
  bodyLimit: bodyLimits.batch,
  output: user,
  ifMatch: 'required',
  errors: ['last_administrator'],
});

export const disableUser = endpoint({
  at: 'DELETE /users/{id}',
  summary: 'Disable a user; nobody is deleted',
  permission: 'people.write',
  ifMatch: 'required',
  errors: ['last_administrator'],
});

const token = z
  .object({
    id,
    name: z.string(),
    role,
    customerIds: customerIds.nullable().describe("null: the owner's"),
    expiresOn: day,
    lastUsedOn: day.nullable(),
    owner: z.object({ id, name: z.string() }),
    createdAt: moment,
  })
  .meta({ id: 'Token' });

export const listTokens = endpoint({
  at: 'GET /tokens',
  summary: 'My tokens, five hundred at most, those still good first; an administrator sees everybody’s',
  permission: 'tokens.read',
  output: z.object({ items: z.array(token), total: z.int() }),
});

export const createToken = endpoint({
  at: 'POST /tokens',
  summary: 'Make a token, of a hundred that are good at a time; its text is shown once',
  permission: 'tokens.create',
  status: 201,
  body: z.strictObject({ name: name(100), role, customerIds: customerIds.optional(), expiresOn: day.optional() }),
  bodyLimit: bodyLimits.batch,
  output: z.object({ id, token: z.string() }),
  replay: 'shownOnce',
  errors: ['shown_once'],
});

export const deleteToken = endpoint({
  at: 'DELETE /tokens/{id}',
  summary: 'Revoke a token',
  permission: 'tokens.revoke',
});
