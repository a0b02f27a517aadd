import type { Ctx } from '../context.ts';
import { insertLicense } from './insert-license.ts';
import type { NewLicense } from './license-record.ts';

/** Adds a license (E3), and its product where the body names a new one. House owns it where no customer is named. */
export async function createLicense(ctx: Ctx, { body }: { body: NewLicense }): Promise<{ id: string }> {
  return ctx.change(async (tx) => {
    const { id, audit } = await insertLicense(tx, ctx, body);
    return { result: { id }, audit };
  });
}
