import { decodeFilter } from '../contract/list.ts';
import { createToken, createUser as createUserEndpoint } from '../contract/people.ts';
import { AppError } from '../domain/errors.ts';
import { foldText } from '../domain/fold.ts';
import { otherCalled, untoldCustomers } from '../server/audit/customers-told.ts';
import { readLog } from '../server/audit/read-log.ts';
import type { Config } from '../server/config.ts';
import type { Ctx } from '../server/context.ts';
import { checkBody, localContext } from '../server/local-context.ts';
import { personByEmail, resetPassword } from '../server/people/reset-user.ts';
import { issueToken } from '../server/people/tokens.ts';
import { createUser } from '../server/people/users.ts';
import { customerTampered } from '../server/seals/seal.ts';
import { withApp } from './admin-open.ts';
import type { Output } from './output.ts';
import { readPassword } from './read-input.ts';

type TokenOptions = { user: string; name: string; role?: string; customers?: string; expires?: string };
type UserOptions = { name: string; email: string; role: string; customers?: string; passwordStdin?: true };

/** `token create`: the token's text alone on stdout. */
export function createTokenFor(config: Config, options: TokenOptions, { show, say }: Output): Promise<void> {
  return withApp(config, async (app) => {
    const ctx = await localContext(app);
    const owner = await personByEmail(ctx, options.user);
    if (owner.disabled) throw new AppError('forbidden', `${owner.name} is disabled: a token would open nothing.`);
    const body = checkBody(createToken, {
      name: options.name,
      role: options.role ?? owner.roles[0],
      customerIds: await customerIdsOf(ctx, options.customers),
      expiresOn: options.expires,
    });
    const made = await issueToken(ctx, owner, body);
    show(made, [made.token]);
    say(`A token of ${owner.name} as ${body.role}. It is shown only now.`);
  });
}

/** `user create` */
export async function createUserLocally(config: Config, options: UserOptions, { show, say }: Output): Promise<void> {
  const password = await readPassword(options.passwordStdin === true);
  await withApp(config, async (app) => {
    const ctx = await localContext(app);
    const { name, email, role } = options;
    const customerIds = await customerIdsOf(ctx, options.customers);
    const body = checkBody(createUserEndpoint, { name, email, role, password, customerIds });
    const made = await createUser(ctx, { body });
    show(made, [made.id]);
    say(`${name} can sign in as ${role}.`);
  });
}

/** `user reset`: a new password, for whoever lost the old one, and an end to the second factor where that is asked for. */
export async function resetUser(
  config: Config,
  email: string,
  options: { passwordStdin?: true; secondFactor?: true },
  { show, say }: Output,
): Promise<void> {
  const given = await readPassword(options.passwordStdin === true);
  await withApp(config, async (app) => {
    const ctx = await localContext(app);
    const person = await personByEmail(ctx, email);
    checkPassword(given);
    const order = { password: given, secondFactor: options.secondFactor === true };
    const { sessions, tokens, secondFactor } = await resetPassword(ctx, person, order);
    show({ id: person.id, sessionsEnded: sessions, tokensEnded: tokens, secondFactorRemoved: secondFactor }, []);
    say(`${person.name} has a new password. Sessions ended: ${sessions}. API tokens ended: ${tokens}.`);
    if (secondFactor) say('The second factor is gone: it can be set up anew.');
    if (person.disabled) say(`${person.name} is disabled and cannot sign in until an administrator enables this user.`);
  });
}

/** A password is judged as part of a new user, wherever it is set. */
function checkPassword(password: string): void {
  checkBody(createUserEndpoint, { name: 'x', email: 'x@example.org', role: 'auditor', password });
}

/** Ids of customers named by id or name, by comma; undefined where none is named. */
async function customerIdsOf(ctx: Ctx, names: string | undefined): Promise<string[] | undefined> {
  if (names === undefined) return undefined;
  const customers = await ctx.db.selectFrom('customer').select(['id', 'name', 'name_f']).execute();
  const wanted = decodeFilter(names).map((name) => name.trim());
  const named = wanted.filter(Boolean).map((name) => {
    const found = customers.find(({ id, name_f }) => id === name || name_f === foldText(name));
    if (!found) throw new AppError('not_found', `There is no customer ${name}.`);
    return found;
  });
  // A command begins with nothing in mind: who is hidden from the queries is found in the log alone.
  await readLog(ctx.app);
  const except = new Set(named.map(({ id }) => id));
  const untold = await untoldCustomers(ctx, named);
  for (const name of wanted.filter(Boolean)) {
    const other = await otherCalled(ctx, name, { except });
    if (other !== undefined) untold.add(other);
  }
  if (untold.size > 0) throw customerTampered();
  return named.map(({ id }) => id);
}
