/** What changes the row of a person. */
const userChanges = [
  'user.created',
  'user.updated',
  'user.disabled',
  'user.reset',
  'user.passwordChanged',
  'user.secondFactorAdded',
  'user.secondFactorRemoved',
  'user.recoveryCodesMade',
  'user.identityLinked',
  'user.identityUnlinked',
] as const;

/** Every action the log knows. A name once written into a log stays here for good. */
export const auditActions = [
  'key.created',
  'key.updated',
  'key.applied',
  'key.removed',
  'key.revoked',
  'key.reinstated',
  'key.expired',
  'key.renewed',
  'key.replaced',
  'key.revealed',
  'key.deleted',
  'key.mended',
  'key.lookedUp',
  'assignment.updated',
  'assignment.deleted',
  'entries.erased',
  'equipment.created',
  'equipment.updated',
  'equipment.deleted',
  'license.created',
  'license.updated',
  'license.deleted',
  'product.created',
  'product.updated',
  'product.deleted',
  'customer.created',
  'customer.updated',
  'customer.deleted',
  'attribute.created',
  'attribute.updated',
  'attribute.deleted',
  'view.created',
  'view.updated',
  'view.deleted',
  'import.completed',
  'import.undone',
  'export.completed',
  'search.completed',
  ...userChanges,
  'token.created',
  'token.revoked',
  'session.opened',
  'session.refused',
  'session.throttled',
  'session.closed',
  'session.ended',
  'access.refused',
  'settings.created',
  'settings.updated',
  'expiry.completed',
  'consistency.completed',
  'restore.completed',
  'rotation.completed',
  'masking.completed',
  'tags.begun',
  'facts.stated',
  'tampering.found',
  'clock.corrected',
  'clock.accepted',
] as const;

export type AuditAction = (typeof auditActions)[number];

/** The actions that change a row with a seal, by its table. A sign-in changes a user as well, where it used up a recovery code. */
export const sealedRowChanges = {
  user: userChanges,
  token: ['token.created', 'token.revoked'],
  settings: ['settings.created', 'settings.updated'],
} as const satisfies Record<string, readonly AuditAction[]>;

/** The actions that end all tokens of a person, but where the entry says that they were kept. */
export const tokenEndings = ['user.disabled', 'user.passwordChanged', 'user.reset'] as const satisfies AuditAction[];

/** The actions whose entries say how a customer is called. */
export const customerNamings = ['customer.created', 'customer.updated'] as const satisfies AuditAction[];

/** The four groups people filter the log by, and the rest. */
export const auditGroups = ['created', 'applied', 'revoked', 'expired', 'other'] as const;

export type AuditGroup = (typeof auditGroups)[number];

/** The group an action stands under on screen. Removing a key from a unit reads Revoked, as revoking does. */
export function auditGroup(action: AuditAction): AuditGroup {
  switch (action) {
    case 'key.created':
      return 'created';
    case 'key.applied':
      return 'applied';
    case 'key.removed':
    case 'key.revoked':
      return 'revoked';
    case 'key.expired':
      return 'expired';
    default:
      return 'other';
  }
}

/** The actions of one group, in the order of the list above. */
export function actionsOfGroup(group: AuditGroup): AuditAction[] {
  return auditActions.filter((action) => auditGroup(action) === group);
}
