import type { Config } from '../config.ts';

/** Where nothing else is said: a page of ours loads nothing at all. */
const nothing = "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * What stands in every answer: nothing is cached, sniffed, framed, sent on or read by other sites; over https, browsers
 * come back by https only. No CORS header exists anywhere: no other site may read an answer.
 */
export function safeHeaders({ baseUrl }: Pick<Config, 'baseUrl'>): Record<string, string> {
  return {
    'cache-control': 'no-store',
    'content-security-policy': nothing,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...(baseUrl?.startsWith('https://') && { 'strict-transport-security': 'max-age=31536000' }),
  };
}
