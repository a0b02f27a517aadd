export const roles = ['administrator', 'technician', 'auditor'] as const;
export type Role = (typeof roles)[number];

/**
 * What one action needs: a role, and whether a bearer token may do it at all (`tokens`) or only a session confirmed
 * within the last minutes (`confirm`). `says` is its sentence in the documentation.
 */
type ActionRule = { roles: readonly Role[]; tokens: boolean; confirm: boolean; says: string };

const everyone = roles;
const administrators = ['administrator'] as const;
const technicians = ['administrator', 'technician'] as const;
const auditors = ['administrator', 'auditor'] as const;

/** A rule for sessions and tokens alike, without confirmation. */
function open(allowed: readonly Role[], says: string): ActionRule {
  return { roles: allowed, tokens: true, confirm: false, says };
}

/** A rule for sessions only. */
function sessionsOnly(allowed: readonly Role[], says: string): ActionRule {
  return { roles: allowed, tokens: false, confirm: false, says };
}

/** A rule for sessions only, confirmed by password or code a short while ago. */
function confirmed(allowed: readonly Role[], says: string): ActionRule {
  return { roles: allowed, tokens: false, confirm: true, says };
}

/** Who may do what. Every action also needs the record to be in the actor's customers. */
export const actions = {
  'keys.read': open(everyone, 'See keys, masked, in lists, groups and on their page.'),
  'keys.create': open(administrators, 'Create keys, one or many at once.'),
  'keys.update': open(administrators, 'Change the fields of a key, never its license key.'),
  'keys.delete': open(administrators, 'Delete a key that has no assignment.'),
  'keys.lookup': open(auditors, 'Find the record of a whole license key.'),
  'keys.deepSearch': sessionsOnly(administrators, 'Search inside all license keys, with a reason.'),
  'keys.reveal': open(technicians, 'Reveal a license key; a technician only one assigned on equipment.'),
  'keys.revealAny': open(administrators, 'Reveal a license key that is not assigned.'),
  'keys.export': confirmed(administrators, 'Export license keys in clear, with a reason.'),
  'keys.renew': open(administrators, 'Give keys a later validity end.'),
  'keys.revoke': open(administrators, 'Revoke keys.'),
  'keys.reinstate': open(administrators, 'Reinstate a revoked key, with a reason.'),
  'keys.replace': open(administrators, 'Replace a key by a new one that takes over its assignments.'),
  'assignments.read': open(everyone, 'See which key is or was applied where.'),
  'assignments.apply': open(technicians, 'Apply a key to equipment or to a user.'),
  'assignments.update': open(technicians, 'Change the remarks and dates of an assignment.'),
  'assignments.remove': open(technicians, 'Remove an assignment and free its seat.'),
  'equipment.read': open(everyone, 'See equipment.'),
  'equipment.create': open(technicians, 'Create equipment.'),
  'equipment.update': open(technicians, 'Change the fields of equipment.'),
  'equipment.delete': open(administrators, 'Delete equipment that nothing points to.'),
  'equipment.recover': open(technicians, 'Remove all keys from a unit at once.'),
  'equipment.transfer': open(technicians, 'Move all keys from a unit to its replacement.'),
  'products.read': open(everyone, 'See products.'),
  'products.write': open(administrators, 'Create, change, archive and delete products.'),
  'licenses.read': open(everyone, 'See licenses.'),
  'licenses.write': open(administrators, 'Create, change, archive and delete licenses.'),
  'customers.read': open(everyone, 'See customers.'),
  'customers.write': open(administrators, 'Create, change, archive and delete customers.'),
  'attributes.read': open(everyone, 'See which attributes are defined.'),
  'attributes.write': open(administrators, 'Define, change and archive attributes.'),
  'settings.read': open(everyone, 'See the settings of the organisation.'),
  'settings.write': confirmed(administrators, 'Change the settings of the organisation.'),
  'audit.read': open(everyone, 'See the audit entries of the records in scope.'),
  'audit.verify': open(auditors, 'Check the audit trail: checkpoints and proofs.'),
  'audit.export': open(auditors, 'Export audit entries as evidence.'),
  'expiry.run': open(administrators, 'Run the expiry job now.'),
  'consistency.check': open(administrators, 'Check that keys and assignments agree.'),
  'consistency.mend': open(administrators, 'Mend what the consistency check found.'),
  'people.read': open(auditors, 'See users, their roles and customers.'),
  'people.write': confirmed(administrators, 'Create, change and disable users.'),
  'tokens.read': open(auditors, 'See API tokens, never their text.'),
  'tokens.write': confirmed(administrators, 'Create and revoke API tokens.'),
  'imports.run': open(administrators, 'Import records from a file.'),
  'exports.run': open(everyone, 'Export what a list shows, with masked license keys.'),
  'me.read': open(everyone, 'See who one is and what one may do.'),
  'session.write': sessionsOnly(everyone, 'Sign out, confirm the session, change the own password and second factor.'),
  'jobs.read': open(auditors, 'See the runs of the expiry job and of the consistency check.'),
} satisfies Record<string, ActionRule>;

export type Action = keyof typeof actions;

/** True when a role allows an action; scope, tokens and confirmation are further questions. */
export function mayRole(role: Role, action: Action): boolean {
  return actions[action].roles.includes(role);
}

/** The customers somebody is limited to, by id: `all` is no limit, an empty list is nothing. */
export type Scope = 'all' | readonly string[];

/** True when a customer's records exist for somebody of that scope. */
export function inScope(scope: Scope, customerId: string): boolean {
  return scope === 'all' || scope.includes(customerId);
}

/** What lies in both scopes: a token's customers and its owner's present ones. */
export function intersectScopes(a: Scope, b: Scope): Scope {
  if (a === 'all') return b;
  return b === 'all' ? a : a.filter((customerId) => b.includes(customerId));
}
