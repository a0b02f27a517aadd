export const roles = ['administrator', 'technician', 'auditor'] as const;
export type Role = (typeof roles)[number];

/** What an organisation decides about roles; off unless an administrator turns it on. */
export type RoleSettings = { techniciansManageKeys: boolean };

/**
 * What one action needs: a role, and whether a bearer token may do it at all (`tokens`) or only a session confirmed
 * within the last minutes (`confirm`). `wide` actions reach beyond any customer: they are for people of all customers.
 * `setting` names the setting that gives the action to technicians as well. `says` is its sentence in the documentation.
 */
type ActionRule = {
  roles: readonly Role[];
  setting?: keyof RoleSettings;
  tokens: boolean;
  confirm: boolean;
  wide: boolean;
  says: string;
};

const everyone = roles;
const administrators = ['administrator'] as const;
const technicians = ['administrator', 'technician'] as const;
const auditors = ['administrator', 'auditor'] as const;

/** A rule for sessions and tokens alike, without confirmation. */
function open(allowed: readonly Role[], says: string): ActionRule {
  return { roles: allowed, tokens: true, confirm: false, wide: false, says };
}

/** A rule for administrators, and for technicians where the organisation lets them manage keys. */
function managed(says: string): ActionRule {
  return { ...open(administrators, says), setting: 'techniciansManageKeys' };
}

/** A rule for sessions only. */
function sessionsOnly(allowed: readonly Role[], says: string): ActionRule {
  return { roles: allowed, tokens: false, confirm: false, wide: false, says };
}

/** A rule for sessions only, confirmed by password or code a short while ago. */
function confirmed(allowed: readonly Role[], says: string): ActionRule {
  return { roles: allowed, tokens: false, confirm: true, wide: false, says };
}

/** The same rule, for people of all customers only. */
function wide(rule: ActionRule): ActionRule {
  return { ...rule, wide: true };
}

/** Who may do what. Every action also needs the record to be in the actor's customers. */
export const actions = {
  'keys.read': open(everyone, 'See keys, masked, in lists, groups and on their page.'),
  'keys.create': managed('Create keys, one or many at once.'),
  'keys.allowSimilar': open(administrators, 'Record that a key is another one, though it is spelled alike.'),
  'keys.update': open(administrators, 'Change the fields of a key, never its license key.'),
  'keys.delete': open(administrators, 'Delete a key that has no assignment.'),
  'keys.lookup': open(everyone, 'Find the record of a whole license key among the keys one sees.'),
  'keys.deepSearch': confirmed(administrators, 'Search inside all license keys, with a reason.'),
  'keys.reveal': open(technicians, 'Reveal a license key; a technician only one that is on a unit in scope.'),
  'keys.revealAny': open(administrators, 'Reveal a license key that is on no unit.'),
  'keys.export': confirmed(administrators, 'Export license keys in clear, with a reason.'),
  'keys.renew': managed('Give keys a later validity end.'),
  'keys.revoke': managed('Revoke keys.'),
  'keys.reinstate': open(administrators, 'Reinstate a revoked key, with a reason.'),
  'keys.replace': open(administrators, 'Replace a key by a new one that takes over its assignments.'),
  'assignments.read': open(everyone, 'See which key is or was applied where.'),
  'assignments.apply': open(technicians, 'Apply a key to equipment or to a user.'),
  'assignments.update': open(technicians, 'Change the remarks and dates of an assignment.'),
  'assignments.remove': open(technicians, 'Remove an assignment and free its seat.'),
  'assignments.removeAny': open(administrators, 'Remove an assignment from a unit of a customer out of scope.'),
  'equipment.read': open(everyone, 'See equipment.'),
  'equipment.create': open(technicians, 'Create equipment.'),
  'equipment.update': open(technicians, 'Change the fields of equipment.'),
  'equipment.delete': open(administrators, 'Delete equipment that nothing points to.'),
  'equipment.recover': open(technicians, 'Remove all keys from a unit at once.'),
  'equipment.transfer': open(technicians, 'Move all keys from a unit to its replacement.'),
  'products.read': open(everyone, 'See products.'),
  'products.create': wide(open(administrators, 'Create products by themselves, not with their first key or license.')),
  'products.write': open(
    administrators,
    'Change, archive and delete products all of whose keys and licenses one sees.',
  ),
  'licenses.read': open(everyone, 'See licenses.'),
  'licenses.write': open(administrators, 'Create, change, archive and delete licenses.'),
  'customers.read': open(everyone, 'See customers.'),
  'customers.create': wide(open(administrators, 'Create customers.')),
  'customers.write': open(administrators, 'Change, archive and delete customers.'),
  'attributes.read': open(everyone, 'See which attributes are defined.'),
  'attributes.write': wide(open(administrators, 'Define, change and archive attributes.')),
  'views.read': sessionsOnly(everyone, "See one's own views of lists, and those shared by who sees no more customers."),
  'views.write': sessionsOnly(everyone, "Keep, share, change and delete one's own views of lists."),
  'views.manage': wide(sessionsOnly(administrators, 'Delete views that others share.')),
  'settings.read': open(everyone, 'See the settings of the organisation.'),
  'settings.write': wide(confirmed(administrators, 'Change the settings of the organisation.')),
  'audit.read': open(everyone, 'See the audit entries of the records in scope.'),
  'audit.verify': open(auditors, 'Check the audit trail: checkpoints and proofs.'),
  'audit.export': open(auditors, 'Export audit entries as evidence.'),
  'expiry.run': open(administrators, 'Run the expiry job now.'),
  'consistency.read': wide(open(auditors, 'See the runs of the consistency check.')),
  'consistency.check': wide(open(administrators, 'Check that keys and assignments agree.')),
  'consistency.mend': wide(open(administrators, 'Mend what the consistency check found.')),
  'people.read': open(auditors, 'See users, their roles and customers.'),
  'people.write': wide(confirmed(administrators, 'Create, change and disable users.')),
  'tokens.read': open(everyone, "See one's own API tokens, an administrator everybody's; never their text."),
  'tokens.create': confirmed(administrators, "Create API tokens, with no more than one's own rights and customers."),
  'tokens.revoke': confirmed(everyone, "Revoke one's own API tokens, an administrator everybody's."),
  'tokens.manage': wide(open(administrators, "See and revoke everybody's API tokens.")),
  'imports.run': open(administrators, 'Import records from a file.'),
  'imports.undo': wide(open(administrators, 'Undo an import.')),
  'exports.run': open(everyone, 'Export what a list shows, with masked license keys.'),
  'me.read': open(everyone, 'See who one is and what one may do.'),
  'session.write': sessionsOnly(everyone, 'See and end the own sessions, confirm one, see the own second factor.'),
  'session.secure': confirmed(everyone, 'Change the own password, second factor and single sign-on.'),
  'metrics.read': wide(open(auditors, 'Read the figures of the installation (/metrics).')),
  'jobs.read': open(auditors, 'See the runs of the expiry job.'),
} satisfies Record<string, ActionRule>;

export type Action = keyof typeof actions;

/** What an action needs. */
export function ruleFor(action: Action): ActionRule {
  return actions[action];
}

/** True when a role allows an action; scope, tokens and confirmation are further questions. */
export function mayRole(
  role: Role,
  action: Action,
  settings: RoleSettings = { techniciansManageKeys: false },
): boolean {
  const { roles: allowed, setting } = ruleFor(action);
  return allowed.includes(role) || (role === 'technician' && setting !== undefined && settings[setting]);
}

/** The customers somebody is limited to, by id: `all` is no limit, an empty list is nothing. */
export type Scope = 'all' | readonly string[];

/** True when a customer's records exist for somebody of that scope. */
export function inScope(scope: Scope, customerId: string): boolean {
  return scope === 'all' || scope.includes(customerId);
}

/** True when every record that exists for somebody of the other scope exists for somebody of this one. */
export function coversScope(scope: Scope, other: Scope): boolean {
  if (scope === 'all' || other === 'all') return scope === 'all';
  const covered = new Set(scope);
  return other.every((customerId) => covered.has(customerId));
}

/** What lies in both scopes: a token's customers and its owner's present ones. */
export function intersectScopes(a: Scope, b: Scope): Scope {
  if (a === 'all') return b;
  if (b === 'all') return a;
  const others = new Set(b);
  return a.filter((customerId) => others.has(customerId));
}

/** True when somebody of one scope may have to do with somebody of the other: some customer is in both. */
export function scopesMeet(a: Scope, b: Scope): boolean {
  const both = intersectScopes(a, b);
  return both === 'all' || both.length > 0;
}
