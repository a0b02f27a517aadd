import * as assignments from '../contract/assignments.ts';
import * as attributes from '../contract/attributes.ts';
import * as audit from '../contract/audit.ts';
import * as customers from '../contract/customers.ts';
import * as equipment from '../contract/equipment.ts';
import * as listExports from '../contract/exports.ts';
import * as imports from '../contract/imports.ts';
import * as jobs from '../contract/jobs.ts';
import * as keys from '../contract/keys.ts';
import * as licenses from '../contract/licenses.ts';
import * as people from '../contract/people.ts';
import * as products from '../contract/products.ts';
import * as settings from '../contract/settings.ts';
import * as signInEndpoints from '../contract/sign-in.ts';
import * as views from '../contract/views.ts';
import { assignmentSource, readAssignment, readAssignmentsInOrder } from './assignments/assignment-queries.ts';
import { remove } from './assignments/remove-assignment.ts';
import { updateAssignment } from './assignments/update-assignment.ts';
import { readAttribute, readAttributes } from './attributes/attribute-record.ts';
import { createAttribute } from './attributes/create-attribute.ts';
import { deleteAttribute } from './attributes/delete-attribute.ts';
import { updateAttribute } from './attributes/update-attribute.ts';
import { listAuditPage } from './audit/audit-queries.ts';
import { exportEvidence } from './audit/evidence.ts';
import { readCheckpoint, readProof } from './audit/proofs.ts';
import { createCustomer } from './customers/create-customer.ts';
import { customerSource, readCustomer } from './customers/customer-queries.ts';
import { deleteCustomer } from './customers/delete-customer.ts';
import { updateCustomer } from './customers/update-customer.ts';
import { createEquipment } from './equipment/create-equipment.ts';
import { deleteEquipment } from './equipment/delete-equipment.ts';
import { equipmentSource, readEquipment } from './equipment/equipment-queries.ts';
import { recoverKeys } from './equipment/recover-keys.ts';
import { transferKeys } from './equipment/transfer-keys.ts';
import { updateEquipment } from './equipment/update-equipment.ts';
import { exportKeyTexts } from './exports/export-key-texts.ts';
import { exportRoute } from './exports/export-list.ts';
import { exportRejected } from './imports/rejected/export-rejected.ts';
import { cancelImport } from './imports/run/cancel-import.ts';
import { readImport } from './imports/run/import-queries.ts';
import { importFile } from './imports/run/import-verb.ts';
import { undoImport } from './imports/undo/undo-import.ts';
import { checkConsistencyNow } from './jobs/consistency.ts';
import { runExpiryNow } from './jobs/expiry.ts';
import { readConsistencyCheck, readConsistencyChecks, readExpiryRun, readExpiryRuns } from './jobs/job-queries.ts';
import { apply } from './keys/apply-key.ts';
import { createKey, createKeys, warningsOf } from './keys/create-keys.ts';
import { deepSearchKeys } from './keys/deep-search-keys.ts';
import { deleteKey } from './keys/delete-key.ts';
import { keySource, readKey, readKeysInOrder } from './keys/key-queries.ts';
import { lookupKeys } from './keys/lookup-keys.ts';
import { reinstateKey } from './keys/reinstate-key.ts';
import { renewKey, renewKeys } from './keys/renew-keys.ts';
import { readRenewals } from './keys/renewal-queries.ts';
import { replaceKey } from './keys/replace-key.ts';
import { revealKey } from './keys/reveal-key.ts';
import { revokeKey, revokeKeys } from './keys/revoke-keys.ts';
import { tellsTexts } from './keys/told-texts.ts';
import { updateKey } from './keys/update-key.ts';
import { createLicense } from './licenses/create-license.ts';
import { deleteLicense } from './licenses/delete-license.ts';
import { licenseSource, readLicense } from './licenses/license-queries.ts';
import { updateLicense } from './licenses/update-license.ts';
import { tried } from './limits/tries.ts';
import { listRoute } from './list/list-route.ts';
import { confirm, finishWithCode } from './people/confirm-session.ts';
import { isToBeSetUp } from './people/is-to-be-set-up.ts';
import { whoAmI } from './people/me.ts';
import { changePassword } from './people/my-password.ts';
import {
  linkUser,
  readIdentity,
  readMyIdentities,
  readUserIdentities,
  startLinking,
  unlinkMine,
  unlinkUser,
} from './people/oidc/identities.ts';
import { finishSingleSignOn, startSingleSignOn } from './people/oidc/single-sign-on.ts';
import { resetSecondFactor } from './people/reset-user.ts';
import {
  confirmSecondFactor,
  makeRecoveryCodes,
  readSecondFactor,
  removeSecondFactor,
  startSecondFactor,
} from './people/second-factor.ts';
import { endMySession, endMySessions, endUserSessions, readSessions, signOut } from './people/sessions.ts';
import { setUp } from './people/setup.ts';
import { signIn } from './people/sign-in.ts';
import { readTokens } from './people/token-queries.ts';
import { makeToken, revokeToken } from './people/tokens.ts';
import { readUser, userSource } from './people/user-queries.ts';
import { createUser, disableUser, updateUser } from './people/users.ts';
import { createProduct } from './products/create-product.ts';
import { deleteProduct } from './products/delete-product.ts';
import { productSource, readProduct } from './products/product-queries.ts';
import { updateProduct } from './products/update-product.ts';
import { type PublicRoute, patiently, publicRoute, type Route, route, write } from './route.ts';
import { readOrganisation } from './settings/settings-queries.ts';
import { updateSettings } from './settings/update-settings.ts';
import { createView } from './views/create-view.ts';
import { deleteView } from './views/delete-view.ts';
import { updateView } from './views/update-view.ts';
import { readView, readViews } from './views/view-queries.ts';

/** How many things a body gives that may be somebody else's (`tried`). */
const one = () => 1;
const counted = (given: string | null | undefined) => (given ? 1 : 0);

/** The whole surface on one page: endpoint → verb, and how the answer is built from what the verb did. */
export const routes: readonly (Route | PublicRoute)[] = [
  publicRoute(people.getSetup, async ({ app }) => ({ needed: await isToBeSetUp(app) })),
  publicRoute(people.setup, setUp),
  publicRoute(people.openSession, signIn),
  route(people.closeSession, signOut),
  route(people.confirmSession, confirm),
  route(people.getMe, whoAmI),
  publicRoute(signInEndpoints.getSignInWays, async ({ app }) => ({
    singleSignOn: app.config.oidc !== undefined,
  })),
  route(signInEndpoints.finishSession, finishWithCode),
  publicRoute(signInEndpoints.startSingleSignOn, startSingleSignOn),
  publicRoute(signInEndpoints.finishSingleSignOn, finishSingleSignOn),
  route(signInEndpoints.listSessions, readSessions),
  route(signInEndpoints.endSessions, endMySessions),
  route(signInEndpoints.endSession, endMySession),
  route(signInEndpoints.endUserSessions, endUserSessions),
  route(signInEndpoints.changePassword, changePassword),
  route(signInEndpoints.getSecondFactor, readSecondFactor),
  route(signInEndpoints.startSecondFactor, startSecondFactor),
  route(signInEndpoints.confirmSecondFactor, confirmSecondFactor),
  route(signInEndpoints.removeSecondFactor, removeSecondFactor),
  route(signInEndpoints.makeRecoveryCodes, makeRecoveryCodes),
  route(signInEndpoints.resetSecondFactor, resetSecondFactor),
  route(signInEndpoints.listIdentities, readMyIdentities),
  route(signInEndpoints.linkIdentity, startLinking),
  route(signInEndpoints.unlinkIdentity, unlinkMine),
  route(signInEndpoints.listUserIdentities, readUserIdentities),
  write(signInEndpoints.linkUserIdentity, linkUser, (ctx, { id }) => readIdentity(ctx, id)),
  route(signInEndpoints.unlinkUserIdentity, unlinkUser),
  route(people.listTokens, readTokens),
  route(people.createToken, makeToken),
  route(people.deleteToken, revokeToken),
  listRoute(people.listUsers, userSource),
  write(people.createUser, createUser, (ctx, { id }) => readUser(ctx, id)),
  write(people.updateUser, updateUser, (ctx, { id }) => readUser(ctx, id)),
  route(people.disableUser, disableUser),

  write(jobs.runExpiry, patiently(runExpiryNow), (ctx, { id }) => readExpiryRun(ctx, id)),
  route(jobs.listExpiryRuns, readExpiryRuns),
  write(jobs.checkConsistency, patiently(checkConsistencyNow), (ctx, { id }) => readConsistencyCheck(ctx, id)),
  route(jobs.listConsistencyChecks, readConsistencyChecks),

  // Before the records: /keys/export is no key.
  exportRoute(listExports.exportKeys, 'keys'),
  route(listExports.exportKeyTexts, patiently(exportKeyTexts)),
  exportRoute(listExports.exportAssignments, 'assignments'),
  exportRoute(listExports.exportEquipment, 'equipment'),
  exportRoute(listExports.exportProducts, 'products'),
  exportRoute(listExports.exportLicenses, 'licenses'),
  exportRoute(listExports.exportCustomers, 'customers'),
  exportRoute(listExports.exportUsers, 'users'),
  exportRoute(listExports.exportLog, 'audit'),

  route(people.getUser, (ctx, { params }) => readUser(ctx, params.id)),

  listRoute(keys.listKeys, keySource),
  write(keys.createKey, tried(one, tellsTexts(createKey)), async (ctx, { id }, { body }) =>
    withWarnings(await readKey(ctx, id), warningsOf([body])),
  ),
  write(
    keys.createKeys,
    tried(({ body }) => body.keys.length, tellsTexts(createKeys)),
    async (ctx, { batch, ids }, { body, query }) => ({
      batch,
      items: await readKeysInOrder(ctx, ids),
      warnings: warningsOf(body.keys, (i) => `/keys/${i}`),
      dryRun: query.dryRun === 'true',
    }),
  ),
  route(keys.getKey, (ctx, { params }) => readKey(ctx, params.id)),
  write(
    keys.updateKey,
    tried(({ body }) => counted(body.productName), updateKey),
    (ctx, { id }) => readKey(ctx, id),
  ),
  route(keys.deleteKey, deleteKey),
  route(keys.lookupKeys, lookupKeys),
  route(keys.deepSearchKeys, patiently(deepSearchKeys)),
  route(keys.revealKey, revealKey),
  write(keys.applyKey, apply, (ctx, { id }) => readAssignment(ctx, id)),
  write(keys.renewKey, renewKey, (ctx, { id }) => readKey(ctx, id)),
  write(keys.renewKeys, renewKeys, async (ctx, { batch, ids }) => ({ batch, items: await readKeysInOrder(ctx, ids) })),
  route(keys.listRenewals, (ctx, { params }) => readRenewals(ctx, params.id)),
  write(keys.revokeKey, revokeKey, (ctx, { id }) => readKey(ctx, id)),
  write(keys.revokeKeys, revokeKeys, async (ctx, { batch, ids }) => ({
    batch,
    items: await readKeysInOrder(ctx, ids),
  })),
  write(keys.reinstateKey, reinstateKey, (ctx, { id }) => readKey(ctx, id)),
  write(keys.replaceKey, tried(one, tellsTexts(replaceKey)), async (ctx, { id }, { body }) =>
    withWarnings(await readKey(ctx, id), warningsOf([body])),
  ),

  listRoute(assignments.listAssignments, assignmentSource),
  route(assignments.getAssignment, (ctx, { params }) => readAssignment(ctx, params.id)),
  write(assignments.updateAssignment, updateAssignment, (ctx, { id }) => readAssignment(ctx, id)),
  route(assignments.removeAssignment, remove),

  listRoute(equipment.listEquipment, equipmentSource),
  write(
    equipment.createEquipment,
    tried(({ body }) => counted(body.serialNumber), createEquipment),
    (ctx, { id }) => readEquipment(ctx, id),
  ),
  route(equipment.getEquipment, (ctx, { params }) => readEquipment(ctx, params.id)),
  write(
    equipment.updateEquipment,
    tried(({ body }) => counted(body.serialNumber), updateEquipment),
    (ctx, { id }) => readEquipment(ctx, id),
  ),
  route(equipment.deleteEquipment, deleteEquipment),
  write(equipment.recoverKeys, recoverKeys, async (ctx, { batch, ids }) => ({
    batch,
    items: await readAssignmentsInOrder(ctx, ids),
  })),
  write(equipment.transferKeys, transferKeys, async (ctx, { batch, ids }) => ({
    batch,
    items: await readAssignmentsInOrder(ctx, ids),
  })),

  listRoute(products.listProducts, productSource),
  write(products.createProduct, createProduct, (ctx, { id }) => readProduct(ctx, id)),
  route(products.getProduct, (ctx, { params }) => readProduct(ctx, params.id)),
  write(
    products.updateProduct,
    tried(({ body }) => counted(body.name), updateProduct),
    (ctx, { id }) => readProduct(ctx, id),
  ),
  route(products.deleteProduct, deleteProduct),

  listRoute(licenses.listLicenses, licenseSource),
  write(
    licenses.createLicense,
    tried(({ body }) => counted(body.productName), createLicense),
    (ctx, { id }) => readLicense(ctx, id),
  ),
  route(licenses.getLicense, (ctx, { params }) => readLicense(ctx, params.id)),
  write(
    licenses.updateLicense,
    tried(({ body }) => counted(body.productName), updateLicense),
    (ctx, { id }) => readLicense(ctx, id),
  ),
  route(licenses.deleteLicense, deleteLicense),

  listRoute(customers.listCustomers, customerSource),
  write(customers.createCustomer, createCustomer, (ctx, { id }) => readCustomer(ctx, id)),
  route(customers.getCustomer, (ctx, { params }) => readCustomer(ctx, params.id)),
  write(
    customers.updateCustomer,
    tried(({ body }) => counted(body.name), updateCustomer),
    (ctx, { id }) => readCustomer(ctx, id),
  ),
  route(customers.deleteCustomer, deleteCustomer),

  route(attributes.listAttributes, async ({ db }, { query }) => {
    const items = await readAttributes(db, query.recordType);
    return { items, total: items.length };
  }),
  write(attributes.createAttribute, createAttribute, ({ db }, { id }) => readAttribute(db, id)),
  route(attributes.getAttribute, ({ db }, { params }) => readAttribute(db, params.id)),
  write(attributes.updateAttribute, updateAttribute, ({ db }, { id }) => readAttribute(db, id)),
  route(attributes.deleteAttribute, deleteAttribute),

  route(views.listViews, async (ctx, { query }) => {
    const items = await readViews(ctx, query);
    return { items, total: items.length };
  }),
  route(views.getView, (ctx, { params }) => readView(ctx, params.id)),
  write(views.createView, createView, (ctx, { id }) => readView(ctx, id)),
  write(views.updateView, updateView, (ctx, { id }) => readView(ctx, id)),
  route(views.deleteView, deleteView),

  route(settings.getSettings, readOrganisation),
  write(settings.updateSettings, updateSettings, readOrganisation),

  route(audit.listAudit, (ctx, { search }) => listAuditPage(ctx, search)),
  route(audit.getCheckpoint, readCheckpoint),
  route(audit.getProof, readProof),
  route(audit.exportAudit, patiently(exportEvidence)),

  write(imports.startImport, patiently(importFile), (ctx, done) =>
    'id' in done ? readImport(ctx, done.id, done.live) : Promise.resolve(done.rehearsal),
  ),
  route(imports.getImport, (ctx, { params }) => readImport(ctx, params.id)),
  write(imports.cancelImport, cancelImport, (ctx, { id }) => readImport(ctx, id)),
  route(imports.getRejected, exportRejected),
  write(imports.undoImport, patiently(undoImport), (ctx, { id }) => readImport(ctx, id)),
];

function withWarnings<Item extends object, Warning>(item: Item, warnings: Warning[]): Item & { warnings?: Warning[] } {
  return warnings.length > 0 ? { ...item, warnings } : item;
}
