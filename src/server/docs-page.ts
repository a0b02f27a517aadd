import { readFile } from 'node:fs/promises';
import type { Hono } from 'hono';
import { basePath } from '../contract/endpoint.ts';
import type { Config } from './config.ts';
import { safeHeaders } from './safe-headers.ts';

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

/** The description of the API and the page to browse it. Everything is served from here, and loaded when first asked. */
export function docsPage(http: Hono, config: Pick<Config, 'baseUrl'>): void {
  const headers = { ...safeHeaders(config), 'content-security-policy': policy };
  let description: string | undefined;
  http.get(`${basePath}/openapi.json`, async (c) => {
    description ??= JSON.stringify((await import('../contract/openapi.ts')).openApiDocument());
    return c.body(description, 200, { ...headers, 'content-type': 'application/json', 'cache-control': 'no-cache' });
  });
  const serve = (path: string, type: string, read: () => string | Promise<Uint8Array<ArrayBuffer>>) =>
    http.get(path, async (c) =>
      c.body(await read(), 200, {
        ...headers,
        'content-type': `${type}; charset=utf-8`,
        'cache-control': 'max-age=3600',
      }),
    );
  serve('/api/docs', 'text/html', () => page);
  serve('/api/docs/init.js', 'text/javascript', () => init);
  for (const { name, type, find } of assets) serve(`/api/docs/${name}`, type, () => readAsset(find()));
}

/** Read anew each time: megabytes that nobody looks at for weeks do not stay in memory. */
async function readAsset(url: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL(url)));
}
