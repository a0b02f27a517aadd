import { AppError } from '../../domain/errors.ts';
import { foldText } from '../../domain/fold.ts';
import type { Ctx, ReadCtx } from '../context.ts';
import { readScope } from './actors.ts';
import { hashPassword } from './password.ts';
import type { TokenOwner } from './tokens.ts';

type Person = TokenOwner & { disabled: boolean };

/** The person with an e-mail address, however its case; for the local command line. Refuses where there is none. */
export async function personByEmail({ db }: ReadCtx, email: string): Promise<Person> {
  const row = await db
    .selectFrom('user')
    .select(['id', 'name', 'role', 'scope', 'disabled_at'])
    .where('email_f', '=', foldText(email))
    .where('kind', '=', 'person')
    .executeTakeFirst();
  if (!row) throw new AppError('not_found', `There is no user with the e-mail address ${email}.`);
  const { id, name, role, scope, disabled_at } = row;
  return { id, name, roles: [role], scope: readScope(scope), disabled: disabled_at !== null };
}

/** Gives a person a new password and ends that person's sessions; recorded as user.reset. */
export async function resetPassword(ctx: Ctx, { id, name }: Person, password: string): Promise<{ sessions: number }> {
  const passwordHash = await hashPassword(password);
  return ctx.change(async (tx) => {
    await tx.updateTable('user').set({ password_hash: passwordHash }).where('id', '=', id).execute();
    const ended = await tx.deleteFrom('session').where('user_id', '=', id).returning('id').execute();
    const details = { name, sessionsEnded: ended.length };
    return { result: { sessions: ended.length }, audit: { action: 'user.reset', subject: `user:${id}`, details } };
  });
}
