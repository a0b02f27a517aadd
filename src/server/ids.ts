import { v7 } from 'uuid';
import type { App } from './context.ts';

/** A new opaque id: UUID version 7 (RFC 9562), so that ids made later order later. */
export function newId(app: Pick<App, 'clock' | 'randomBytes'>): string {
  return v7({ msecs: app.clock().getTime(), random: app.randomBytes(16) });
}
