import type { Config } from '../config.ts';

/** Over TLS the cookie carries the __Host- prefix: no other host or path can set or read it. */
function cookieName(config: Config): string {
  return config.baseUrl?.startsWith('https://') ? '__Host-keybook' : 'keybook';
}

/** The session token in a Cookie header. */
export function sessionCookieOf(config: Config, header: string | undefined): string | undefined {
  const name = cookieName(config);
  for (const part of (header ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value) return value;
  }
  return undefined;
}

/** The Set-Cookie header that opens a session, or ends it where no token is given. */
export function setSessionCookie(config: Config, token: string | undefined): string {
  const secure = config.baseUrl?.startsWith('https://') ? '; Secure' : '';
  const life = token === undefined ? '; Max-Age=0' : '';
  return `${cookieName(config)}=${token ?? ''}; Path=/; HttpOnly; SameSite=Lax${secure}${life}`;
}
