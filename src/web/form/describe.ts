import type { Endpoint } from '../../contract/endpoint.ts';

/** What the API says of each field of a body: the English help, from the one source. */
export function describeBody({ body }: Endpoint): (field: string) => string | undefined {
  // Bodies of records are strict objects, which have a shape.
  const shape = (body as { shape?: Record<string, { description?: string }> } | undefined)?.shape ?? {};
  return (field) => shape[field]?.description;
}
