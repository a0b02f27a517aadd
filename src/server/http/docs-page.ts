import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Hono } from 'hono';
import { basePath } from '../../contract/endpoint.ts';
import type { Config } from '../config.ts';
import { madeOnce } from './made-once.ts';
import { safeHeaders } from './safe-headers.ts';
import { type StaticFile, sendFile } from './static-files.ts';

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Keybook API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<script src="/api/docs/swagger-ui-bundle.js" defer></script>
<script src="/api/docs/init.js" defer></script>
</head>
<body><div id="swagger-ui"></div></body>
</html>
`;

/** The validator is a service of somebody else, so it is off. */
const init = `SwaggerUIBundle({
  url: '${basePath}/openapi.json',
  dom_id: '#swagger-ui',
  validatorUrl: null,
  deepLinking: true,
});
`;

const zip = promisify(gzip);

/** Found when asked for; the names stand here in full, so that tools see what the package is for. */
const assets = [
  { name: 'swagger-ui.css', type: 'text/css', find: () => import.meta.resolve('swagger-ui-dist/swagger-ui.css') },
  {
    name: 'swagger-ui-bundle.js',
    type: 'text/javascript',
    find: () => import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js'),
  },
];

/** The page loads its own scripts and styles, none inline, and none of anybody else. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The description of the API and the page to browse it. Everything is served from here, and made when first asked. */
export function docsPage(http: Hono, config: Pick<Config, 'baseUrl'>): void {
  const headers = { ...safeHeaders(config), 'content-security-policy': policy };
  const serve = (path: string, type: string, caching: string, make: () => Promise<string | Uint8Array>) => {
    const made = madeOnce(async () => compressed(await make(), type));
    http.get(path, async (c) => sendFile(c, await made(), { ...headers, 'cache-control': caching }));
  };
  serve(`${basePath}/openapi.json`, 'application/json', 'no-cache', async () =>
    JSON.stringify((await import('../../contract/openapi.ts')).openApiDocument()),
  );
  serve('/api/docs', 'text/html; charset=utf-8', 'max-age=3600', async () => page);
  serve('/api/docs/init.js', 'text/javascript; charset=utf-8', 'max-age=3600', async () => init);
  for (const { name, type, find } of assets)
    serve(`/api/docs/${name}`, `${type}; charset=utf-8`, 'max-age=3600', () => readFile(new URL(find())));
}

async function compressed(content: string | Uint8Array, type: string): Promise<StaticFile> {
  const bytes = new Uint8Array(Buffer.from(content));
  return { bytes, zipped: new Uint8Array(await zip(bytes)), type };
}
