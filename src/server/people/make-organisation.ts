import type { BodyOf } from '../../contract/endpoint.ts';
import type { setup } from '../../contract/people.ts';
import { AppError } from '../../domain/errors.ts';
import { foldText } from '../../domain/fold.ts';
import { change } from '../change.ts';
import type { Actor, App, Settings } from '../context.ts';
import { newId } from '../ids.ts';
import { foldRecord } from '../records/folded.ts';
import { type ChangeTx, insertSealed } from '../seals/change-sealed.ts';
import { passwordDigest } from '../secrets/digests.ts';
import { systemUserId } from './actors.ts';
import { isToBeSetUp } from './is-to-be-set-up.ts';
import { hashPassword } from './password.ts';
import { insertSession } from './sessions.ts';

/** The organisation to be and its first administrator. */
export type Founder = Omit<BodyOf<typeof setup>, 'token' | 'demo'>;

/** Where the request came from, and the token of the session it opens. */
type Founding = { address?: string | undefined; sessionToken?: string };

/**
 * Makes the organisation, its house customer and its first administrator, once: whoever comes second is refused, and
 * every setup token is closed. Refused too where the log tells of one that is gone.
 */
export async function makeOrganisation(
  app: App,
  founder: Founder,
  { address, sessionToken }: Founding = {},
): Promise<{ actor: Actor; settings: Settings }> {
  const { organisation, timeZone, name, email, locale = 'en' } = founder;
  const passwordHash = await hashPassword(founder.password, { address });
  const now = app.clock().toISOString();
  const settings: Settings = { organisation, timeZone, locale, houseId: newId(app), techniciansManageKeys: false };
  const actor: Actor = { kind: 'session', id: newId(app), name, roles: ['administrator'], scope: 'all' };
  await change({ app, actor, address, idempotency: undefined, asked: undefined, now: () => now }, async (tx) => {
    // The first holds these rows until it has committed; the next then sees what it made.
    await tx.deleteFrom('setup_token').execute();
    if (!(await isToBeSetUp(app, tx))) throw organisationExists();
    await insertOrganisation(tx, settings, now);
    await insertFirstUsers(tx, actor, email, passwordHash, locale, now);
    if (sessionToken !== undefined) {
      const session = { userId: actor.id, token: sessionToken, address, confirmed: true, stage: 'open' } as const;
      await insertSession(tx, app, session);
    }
    return {
      result: {},
      audit: [
        {
          action: 'settings.created',
          subject: 'settings:1',
          details: { organisation, timeZone, locale, houseId: settings.houseId },
        },
        {
          action: 'customer.created',
          subject: `customer:${settings.houseId}`,
          customerId: settings.houseId,
          details: { name: organisation, house: true },
        },
        {
          action: 'user.created',
          subject: `user:${actor.id}`,
          details: {
            name,
            email,
            role: 'administrator',
            locale,
            passwordDigest: passwordDigest(app.vault, passwordHash),
          },
        },
      ],
    };
  });
  return { actor, settings };
}

/** The refusal of a second organisation. */
export function organisationExists(): AppError {
  return new AppError('setup_done', 'Keybook is set up already. Sign in.');
}

async function insertOrganisation(tx: ChangeTx, settings: Settings, now: string): Promise<void> {
  const { organisation, timeZone, locale, houseId } = settings;
  const texts = { name: organisation, number: '', contact: '' };
  const folded = foldRecord(texts, ['name', 'number', 'contact']);
  await tx
    .insertInto('customer')
    .values({ id: houseId, ...texts, name_f: foldText(organisation), ...folded, archived: 0, created_at: now })
    .execute();
  await insertSealed(tx, 'settings', {
    id: 1,
    organisation,
    time_zone: timeZone,
    locale,
    house_id: houseId,
    master_key_confirmed: 0,
    version: 1,
  });
}

async function insertFirstUsers(
  tx: ChangeTx,
  actor: Actor,
  email: string,
  passwordHash: string,
  locale: string,
  now: string,
): Promise<void> {
  const common = { role: 'administrator', scope: 'all', locale, disabled_at: null, created_at: now } as const;
  await insertSealed(tx, 'user', {
    id: systemUserId,
    kind: 'system',
    name: 'System',
    email: '',
    email_f: null,
    password_hash: null,
    search_f: 'system',
    ...common,
  });
  await insertSealed(tx, 'user', {
    id: actor.id,
    kind: 'person',
    name: actor.name,
    email,
    email_f: foldText(email),
    password_hash: passwordHash,
    search_f: foldText(actor.name),
    ...common,
  });
}
