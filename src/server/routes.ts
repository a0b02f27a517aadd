import * as assignments from '../contract/assignments.ts';
import * as keys from '../contract/keys.ts';
import * as people from '../contract/people.ts';
import { listAssignmentPage, readAssignment } from './assignments/assignment-queries.ts';
import { remove } from './assignments/remove-assignment.ts';
import { apply } from './keys/apply-key.ts';
import { createKey, createKeys, warningsOf } from './keys/create-keys.ts';
import { listKeyPage, readKey, readKeys } from './keys/key-queries.ts';
import { confirm, signIn, signOut, whoAmI } from './people/sessions.ts';
import { setUp, setupNeeded } from './people/setup.ts';
import { makeToken, readTokens, revokeToken } from './people/tokens.ts';
import { type PublicRoute, publicRoute, type Route, route, write } from './route.ts';

/** The whole surface on one page: endpoint → verb, and how the answer is built from what the verb did. */
export const routes: readonly (Route | PublicRoute)[] = [
  publicRoute(people.getSetup, async ({ app }) => ({ needed: await setupNeeded(app) })),
  publicRoute(people.setup, setUp),
  publicRoute(people.openSession, signIn),
  route(people.closeSession, signOut),
  route(people.confirmSession, confirm),
  route(people.getMe, whoAmI),
  route(people.listTokens, readTokens),
  route(people.createToken, makeToken),
  route(people.deleteToken, revokeToken),

  route(keys.listKeys, (ctx, { search }) => listKeyPage(ctx, search)),
  write(keys.createKey, createKey, async (ctx, { id }, { body }) =>
    withWarnings(await readKey(ctx, id), warningsOf([body])),
  ),
  write(keys.createKeys, createKeys, async (ctx, { batch, ids }, { body, query }) => ({
    batch,
    items: await readKeys(ctx, ids),
    warnings: warningsOf(body.keys, (i) => `/keys/${i}/licenseKey`),
    dryRun: query.dryRun === 'true',
  })),
  route(keys.getKey, (ctx, { params }) => readKey(ctx, params.id)),
  write(keys.applyKey, apply, (ctx, { id }) => readAssignment(ctx, id)),

  route(assignments.listAssignments, (ctx, { search }) => listAssignmentPage(ctx, search)),
  route(assignments.getAssignment, (ctx, { params }) => readAssignment(ctx, params.id)),
  route(assignments.removeAssignment, remove),
];

function withWarnings<Item extends object, Warning>(item: Item, warnings: Warning[]): Item & { warnings?: Warning[] } {
  return warnings.length > 0 ? { ...item, warnings } : item;
}
