import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { allEndpoints } from '../../src/contract/api.ts';
import { listParameters } from '../../src/contract/list.ts';
import { openApiDocument } from '../../src/contract/openapi.ts';
import { problems } from '../../src/domain/errors.ts';
import { actions } from '../../src/domain/permissions.ts';
import { docsPage } from '../../src/server/http/docs-page.ts';

type Parameter = { name: string; in: string; required?: boolean; schema: object; description?: string };
type Operation = {
  operationId: string;
  security: Record<string, string[]>[];
  parameters: Parameter[];
  requestBody?: { content: Record<string, { schema: Record<string, unknown> }> };
  responses: Record<string, { description: string; headers?: object; content?: Record<string, { schema: object }> }>;
};

// What the module answers is JSON; a wrong guess fails the assertion that reads it.
const document = openApiDocument() as {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
};
const described = allEndpoints.map((endpoint) => {
  const operation = document.paths[endpoint.path]?.[endpoint.method.toLowerCase()];
  if (!operation) throw new Error(`${endpoint.method} ${endpoint.path} is not described`);
  return { endpoint, operation, name: `${endpoint.method} ${endpoint.path}` };
});

describe('X4: the OpenAPI description', () => {
  it('X4: covers every endpoint and nothing else, each under a name of its own', () => {
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    expect(operations).toHaveLength(allEndpoints.length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(allEndpoints.length);
    expect(document.openapi).toBe('3.1.0');
  });

  it('X4: every reference leads somewhere, and the document is plain JSON', () => {
    const text = JSON.stringify(document);
    expect(JSON.parse(text)).toEqual(document);
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(references.length).toBeGreaterThan(100);
    for (const reference of new Set(references)) {
      const [, name] = /^#\/components\/schemas\/(\w+)$/.exec(reference) ?? [];
      expect(Object.keys(document.components.schemas), reference).toContain(name);
    }
    expect(text).not.toContain('$defs');
  });

  it.each(described)('X4: $name names its parameters, body, answers and refusals', ({ endpoint, operation }) => {
    const named = operation.parameters.map(({ name, in: place }) => `${place}:${name}`);
    expect(new Set(named).size).toBe(named.length);
    const inPath = [...endpoint.path.matchAll(/\{(\w+)\}/g)].map((match) => `path:${match[1]}`);
    expect(named.filter((name) => name.startsWith('path:'))).toEqual(inPath);
    if (endpoint.list)
      expect(named).toEqual(
        expect.arrayContaining([...listParameters(endpoint.list).keys()].map((name) => `query:${name}`)),
      );
    const ifMatch = operation.parameters.find(({ name }) => name === 'If-Match');
    expect(ifMatch?.required).toBe(endpoint.ifMatch && endpoint.ifMatch === 'required');
    expect(named.includes('header:Idempotency-Key')).toBe(endpoint.replay !== undefined && endpoint.replay !== 'never');
    expect(operation.requestBody !== undefined).toBe(endpoint.body !== undefined);
    expect(operation.responses[endpoint.status]).toBeDefined();
    for (const code of endpoint.errors) {
      const refusal = operation.responses[problems[code].status];
      expect(JSON.stringify(refusal?.content?.['application/problem+json'])).toContain(`"${code}"`);
    }
    const { permission } = endpoint;
    const byToken = permission !== 'public' && actions[permission].tokens;
    expect(operation.security.some((scheme) => 'token' in scheme)).toBe(byToken);
    expect(operation.security).toHaveLength(permission === 'public' ? 0 : byToken ? 2 : 1);
  });

  it('X4: bodies refuse unknown fields, answers leave room for new ones, and no answer has a license key but a reveal (security 22) (security 23)', () => {
    const body = document.paths['/keys']?.post?.requestBody?.content['application/json']?.schema;
    expect(body).toMatchObject({
      additionalProperties: false,
      properties: expect.objectContaining({
        licenseKey: expect.anything(),
        licenseFile: expect.objectContaining({
          anyOf: expect.arrayContaining([expect.objectContaining({ additionalProperties: false })]),
        }),
      }),
      required: expect.arrayContaining(['keyType']),
    });
    expect(JSON.stringify(document.components.schemas)).not.toContain('additionalProperties":false');
    const answers = described.filter(({ endpoint, operation }) =>
      JSON.stringify(operation.responses[endpoint.status]).includes('licenseKey'),
    );
    expect(answers.map(({ name }) => name)).toEqual(['POST /keys/{id}/reveal']);
    expect(JSON.stringify(document.components.schemas)).not.toContain('licenseKey');
  });

  it('security 30: no secret is part of an address: no license key, password or token is a parameter', () => {
    const names = described.flatMap(({ operation, name }) =>
      operation.parameters
        .filter((parameter) => parameter.in !== 'header')
        .map((parameter) => `${name} ${parameter.name}`),
    );
    expect(names.length).toBeGreaterThan(300);
    expect(
      names.filter((name) => /licensekey|password|secret|token|recovery/i.test(name.split(' ').at(-1) ?? '')),
    ).toEqual([]);
  });

  it('X4: an upload is described as a form with a file', () => {
    const form = document.paths['/imports']?.post?.requestBody?.content['multipart/form-data']?.schema;
    expect(form).toMatchObject({ properties: { file: { type: 'string', format: 'binary' } } });
  });
});

describe('the API page', () => {
  const http = new Hono();
  docsPage(http, { baseUrl: undefined });

  it('api: the description is served as it is', async () => {
    const response = await http.request('/api/v1/openapi.json');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual(document);
  });

  it('security 37: the page loads only from here, without inline scripts, and all it loads is there', async () => {
    const response = await http.request('/api/docs');
    const page = await response.text();
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('unsafe');
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(page).not.toMatch(/\son\w+=|https?:/);
    const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(links).toHaveLength(3);
    for (const link of links) {
      const asset = await http.request(link);
      expect(asset.status, link).toBe(200);
      expect(asset.headers.get('x-content-type-options')).toBe('nosniff');
      expect((await asset.text()).length).toBeGreaterThan(50);
    }
    const init = await (await http.request('/api/docs/init.js')).text();
    expect(init).toContain("url: '/api/v1/openapi.json'");
    expect(init).toContain('validatorUrl: null');
  });
});
