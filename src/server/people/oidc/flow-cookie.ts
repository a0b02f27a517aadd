import { z } from 'zod';
import { AppError } from '../../../domain/errors.ts';
import type { App } from '../../context.ts';
import { lasts } from '../../upkeep/own-clock.ts';

/** What a browser carries to the provider and back: nothing of it is of use without the provider's answer. */
export type Flow = {
  state: string;
  nonce: string;
  verifier: string;
  /** Whether the provider asks who it is once more, so that the session counts as confirmed. */
  confirm: boolean;
  /** When the browser was led to the provider. */
  startedAt: string;
  /** The signed-in person, and session, an account is to be linked to. */
  linkTo?: { userId: string; sessionId: string };
};

const purpose = 'oidc flow';
const minutes = 10;

const stored = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  confirm: z.boolean(),
  startedAt: z.string(),
  linkTo: z.object({ userId: z.string(), sessionId: z.string() }).optional(),
  expiresAt: z.string(),
});

function nameOf({ config }: App): string {
  return config.baseUrl?.startsWith('https://') ? '__Host-keybook-oidc' : 'keybook-oidc';
}

/** The Set-Cookie header that sends a flow along, encrypted and good for ten minutes; or that ends it. */
export function setFlowCookie(app: App, flow: Flow | undefined): string {
  const secure = app.config.baseUrl?.startsWith('https://') ? '; Secure' : '';
  const expiresAt = new Date(app.clock().getTime() + minutes * 60_000).toISOString();
  const value = flow ? app.vault.sealBytes(Buffer.from(JSON.stringify({ ...flow, expiresAt })), purpose) : '';
  return `${nameOf(app)}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}; Max-Age=${flow ? minutes * 60 : 0}`;
}

/** The flow a browser brings back. Refuses one that is missing, changed or too old. */
export function readFlow(app: App, cookies: string | undefined): Flow {
  const prefix = `${nameOf(app)}=`;
  const sealed = (cookies ?? '')
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(prefix))
    ?.slice(prefix.length);
  const flow = sealed && parse(app, sealed);
  if (flow) return flow;
  throw new AppError(
    'sign_in_abandoned',
    'This sign-in was not begun in this browser, or more than ten minutes ago. Begin again.',
  );
}

function parse(app: App, sealed: string): Flow | undefined {
  let text: string;
  try {
    text = app.vault.openBytes(sealed, purpose).toString();
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
  const { expiresAt, linkTo, ...flow } = stored.parse(JSON.parse(text));
  return lasts(expiresAt, app.clock(), minutes * 60_000) ? { ...flow, ...(linkTo && { linkTo }) } : undefined;
}
