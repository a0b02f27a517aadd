import { z } from 'zod';
import { type ProblemCode, problems } from '../domain/errors.ts';
import { ruleFor } from '../domain/permissions.ts';
import { allEndpoints } from './api.ts';
import { basePath, codesOfAll, type Endpoint, outputTypes } from './endpoint.ts';
import { type ListSpec, listParameters } from './list.ts';
import { problem } from './problem.ts';

type Json = Record<string, unknown>;
type Schemas = Record<string, Json>;

/** The OpenAPI 3.1 description of the whole surface, made from the endpoints. */
export function openApiDocument(): Json {
  const schemas: Schemas = {};
  const paths: Record<string, Json> = {};
  for (const endpoint of allEndpoints) {
    paths[endpoint.path] ??= {};
    Object.assign(paths[endpoint.path] ?? {}, { [endpoint.method.toLowerCase()]: operation(endpoint, schemas) });
  }
  jsonSchema(problem, 'output', schemas);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Keybook',
      version: '1',
      description:
        'Register of software license keys. Answers are JSON, refusals application/problem+json (RFC 9457) with a `code`. ' +
        'Days are YYYY-MM-DD, moments ISO 8601 in UTC, ids opaque. Unknown fields and parameters are refused; answers may gain fields.',
    },
    servers: [{ url: basePath }],
    tags: [...new Set(allEndpoints.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: { schemas, securitySchemes },
  };
}

const securitySchemes = {
  token: { type: 'http', scheme: 'bearer', description: 'An API token: POST /tokens, or keybook token create.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'keybook',
    description: 'The cookie of POST /session; over https its name is __Host-keybook.',
  },
};

function operation(endpoint: Endpoint, schemas: Schemas): Json {
  const { body, bodyType } = endpoint;
  const contentType = bodyType === 'multipart' ? 'multipart/form-data' : 'application/json';
  return {
    operationId: operationId(endpoint),
    summary: endpoint.summary,
    description: [endpoint.permission, endpoint.alsoNeeds]
      .flatMap((permission) => (permission ? whoMay(permission) : []))
      .concat(moreFilters(endpoint))
      .join(' '),
    tags: [endpoint.tag],
    security: securityOf(endpoint.permission),
    parameters: parametersOf(endpoint, schemas),
    ...(body && {
      requestBody: {
        required: !body.safeParse(undefined).success,
        content: { [contentType]: { schema: jsonSchema(body, 'input', schemas) } },
      },
    }),
    responses: { [endpoint.status]: success(endpoint, schemas), ...refusals(endpoint) },
  };
}

/** `POST /keys/{id}/renewal` is postKeysIdRenewal: it stays the same as long as the address does. */
function operationId({ method, path }: Endpoint): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter(Boolean);
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function whoMay(permission: Endpoint['permission']): string {
  if (permission === 'public') return 'Needs no sign-in.';
  const { says, roles, setting, tokens, confirm } = ruleFor(permission);
  const limits = [
    ...(setting ? [`technician where the setting ${setting} is on`] : []),
    ...(tokens ? [] : ['not by token']),
    ...(confirm ? ['the session confirmed lately'] : []),
  ];
  return `${says} Roles: ${[...roles, ...limits].join(', ')}.`;
}

function moreFilters({ list }: Endpoint): string[] {
  return list?.attributes
    ? [`The dynamic features of ${list.attributes} records filter too: attributes.NAME=value.`]
    : [];
}

function securityOf(permission: Endpoint['permission']): Json[] {
  if (permission === 'public') return [];
  const both = [{ token: [] }, { session: [] }];
  return ruleFor(permission).tokens ? both : [{ session: [] }];
}

function parametersOf(endpoint: Endpoint, schemas: Schemas): Json[] {
  const { params, query, list, ifMatch, replay, prefersAsync } = endpoint;
  const headers: Json[] = [];
  if (ifMatch)
    headers.push({
      ...header('If-Match', 'The ETag of the record you read, or * for whatever it is now.'),
      required: ifMatch === 'required',
    });
  if (replay && replay !== 'never')
    headers.push(
      header('Idempotency-Key', 'Your own name for this request: repeated within 24 hours, it has one effect.'),
    );
  if (prefersAsync)
    headers.push(
      header('Prefer', 'respond-async: answer at once, the work goes on; read the record to see how far it is.'),
    );
  return [
    ...members(params, 'path', schemas),
    ...(list ? listParametersOf(list, schemas) : members(query, 'query', schemas)),
    ...headers,
  ];
}

function header(name: string, description: string): Json {
  return { name, in: 'header', description, schema: { type: 'string' } };
}

/** One parameter for each member of an object schema. */
function members(schema: z.ZodType | undefined, place: 'path' | 'query', schemas: Schemas): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input', schemas) as {
    properties?: Record<string, Json>;
    required?: string[];
  }; // parameters are always an object schema
  return Object.entries(properties).map(([name, member]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(typeof member.description === 'string' && { description: member.description }),
    schema: member,
  }));
}

function listParametersOf(list: ListSpec, schemas: Schemas): Json[] {
  return [...listParameters(list)].map(([name, description]) => {
    const own = list.extra?.[name];
    return { name, in: 'query', description, schema: own ? jsonSchema(own, 'input', schemas) : { type: 'string' } };
  });
}

function success(endpoint: Endpoint, schemas: Schemas): Json {
  const { output, outputType, summary } = endpoint;
  if (!output && !outputType) return { description: summary };
  const schema = output ? jsonSchema(output, 'output', schemas) : {};
  const isRecord = output instanceof z.ZodObject && 'version' in output.shape;
  const headers = { ETag: { description: 'The version of the record, for If-Match.', schema: { type: 'string' } } };
  return {
    description: summary,
    ...(isRecord && { headers }),
    content: Object.fromEntries(outputTypes(endpoint).map((type) => [type, { schema }])),
  };
}

/** What an endpoint may refuse with: its own codes, and those that come with its kind. */
function refusals(endpoint: Endpoint): Record<string, Json> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set([...commonCodes(endpoint), ...endpoint.errors])) {
    const { status } = problems[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].toSorted(([a], [b]) => a - b).map(([status, codes]) => [String(status), refusal(codes)]),
  );
}

function commonCodes({ method, path, permission, ifMatch, replay, list }: Endpoint): ProblemCode[] {
  const codes: ProblemCode[] = [...codesOfAll];
  if (path.includes('{')) codes.push('not_found');
  if (permission !== 'public') codes.push('unauthenticated');
  if (permission !== 'public') codes.push('forbidden');
  if (list) codes.push('took_too_long');
  if (permission !== 'public' && ruleFor(permission).confirm) codes.push('confirmation_needed');
  if (method !== 'GET') codes.push('too_large', 'unsupported_media_type', 'request_timeout');
  if (ifMatch === 'required') codes.push('if_match_missing');
  if (ifMatch) codes.push('stale');
  if (replay && replay !== 'never') codes.push('idempotency_key_reused');
  if (method !== 'GET') codes.push('no_space', 'unknown_outcome', 'origin_refused');
  return codes;
}

function refusal(codes: ProblemCode[]): Json {
  const code = { type: 'string', enum: codes };
  const schema = { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code } }] };
  return {
    description: codes.map((name) => `\`${name}\`: ${problems[name].title}.`).join(' '),
    content: { 'application/problem+json': { schema } },
  };
}

/**
 * A schema as JSON Schema. What has an id goes to `schemas` once and is referred to. Answers leave room for fields to
 * come; bodies name all there are.
 */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', schemas: Schemas): Json {
  const made = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema: part }) => {
      if (io === 'output' && part.additionalProperties === false) delete part.additionalProperties;
      // Where nobody set a limit, zod names those of the number type itself.
      if (part.minimum === Number.MIN_SAFE_INTEGER) delete part.minimum;
      if (part.maximum === Number.MAX_SAFE_INTEGER) delete part.maximum;
    },
  });
  const { $schema: _, $defs = {}, ...own } = referring(made) as Json & { $defs?: Schemas };
  for (const [name, definition] of Object.entries($defs)) schemas[name] ??= definition;
  if (typeof own.id !== 'string') return own;
  const { id, ...definition } = own;
  schemas[id as string] ??= definition;
  return { $ref: `#/components/schemas/${id}` };
}

/** The same, with every reference pointing into the document's components. */
function referring(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(referring);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([name, value]) => [
      name,
      name === '$ref' && typeof value === 'string'
        ? value.replace('#/$defs/', '#/components/schemas/')
        : referring(value),
    ]),
  );
}
