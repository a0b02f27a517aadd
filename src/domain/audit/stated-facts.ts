import type { AuditAction } from './actions.ts';
import type { RecordTable } from './record-facts.ts';

/** Where a fact stands: in a field of the header, in a member of the content, or nowhere, as it is always the same. */
export type Source = { readonly header: 'k' | 'e' | 'o' | 't' | 'u' | 's' } | { readonly member: string } | Always;
type Always = { readonly is: string | null };

/**
 * What an entry states of one kind of record. What it makes has every fact that stands under its name in the content, and
 * `facts`; where none says which it is, as in entries of version 0.1.0, there is none. What it changes has what `changes` says, unless `facts` say all.
 */
export type Statement = {
  readonly does: 'makes' | 'changes' | 'deletes';
  /** `subject`: of the kind that the entry is about. */
  readonly record: RecordTable | 'subject';
  /** Those whose facts are so; else the one the entry is about. */
  readonly where?: Readonly<Record<string, Source>>;
  readonly facts?: Readonly<Record<string, Source>>;
  /** Only where the content has this member. */
  readonly given?: string;
  /** Once for each in this list of the content, whose members stand before those of the content. */
  readonly each?: string;
};

type Details = Omit<Statement, 'does' | 'record'>;

const makes = (record: Statement['record'], more: Details = {}): Statement => ({ does: 'makes', record, ...more });
const changes = (record: RecordTable, more: Details = {}): Statement => ({ does: 'changes', record, ...more });
const deletes = (record: RecordTable, more: Details = {}): Statement => ({ does: 'deletes', record, ...more });

const [key, unit, customer] = [{ header: 'k' }, { header: 'e' }, { header: 'o' }] as const;
const [moment, actor, subject] = [{ header: 't' }, { header: 'u' }, { header: 's' }] as const;
const none = { is: null };
const inMember = (member: string): Source => ({ member });

const made = { facts: { createdAt: moment } };
const theAssignment = { where: { id: inMember('assignment') } };
const itsCodes = { where: { userId: subject } };
const makesCodes = makes('recovery_code', { each: 'codes', facts: { userId: subject } });
const endsTokens = changes('token', {
  given: 'tokensEnded',
  where: { ownerId: subject, revokedAt: none },
  facts: { revokedAt: moment },
});
const setsPassword = changes('user', {
  given: 'passwordDigest',
  facts: { passwordDigest: inMember('passwordDigest') },
});
const dropsFactor = (given?: string): Statement[] => [
  changes('user', { ...(given && { given }), facts: { enrolledAt: none } }),
  deletes('second_factor', { ...(given && { given }), ...itsCodes }),
  deletes('recovery_code', { ...(given && { given }), ...itsCodes }),
];
/** There is one in every installation, made with it. */
const systemUser = {
  id: { is: 'system' },
  kind: { is: 'system' },
  name: { is: 'System' },
  role: { is: 'administrator' },
};

/** What each action states of records: together this is all that changes any of them. */
export const statedBy: Readonly<Record<AuditAction, readonly Statement[]>> = {
  'key.created': [makes('key', made)],
  'key.updated': [changes('key')],
  'key.applied': [
    makes('assignment', {
      facts: {
        id: inMember('assignment'),
        keyId: key,
        equipmentId: unit,
        customerId: customer,
        appliedAt: moment,
        appliedBy: actor,
      },
    }),
  ],
  'key.removed': [
    changes('assignment', {
      ...theAssignment,
      facts: { removedOn: inMember('removedOn'), removedAt: moment, removedBy: actor },
    }),
  ],
  'key.revoked': [changes('key', { facts: { revokedAt: moment } })],
  'key.reinstated': [changes('key', { facts: { revokedAt: none } })],
  'key.expired': [],
  'key.renewed': [
    changes('key'),
    makes('renewal', { facts: { id: inMember('renewal'), keyId: key, renewedAt: moment, renewedBy: actor } }),
  ],
  'key.replaced': [changes('key', { facts: { replacedBy: inMember('replacedBy') } })],
  'key.revealed': [],
  'key.deleted': [
    deletes('key'),
    deletes('assignment', { where: { keyId: key } }),
    deletes('renewal', { where: { keyId: key } }),
    changes('key', { where: { replaces: key }, facts: { replaces: none } }),
    changes('key', { where: { replacedBy: key }, facts: { replacedBy: none } }),
  ],
  'key.mended': [changes('assignment', { each: 'moved', ...theAssignment, facts: { seat: inMember('seat') } })],
  'key.lookedUp': [],
  'assignment.updated': [changes('assignment')],
  'assignment.deleted': [deletes('assignment')],
  'entries.erased': [],
  'equipment.created': [makes('equipment', made)],
  'equipment.updated': [
    changes('equipment'),
    // What is on a unit is with its customer.
    changes('assignment', { where: { equipmentId: unit, removedAt: none }, facts: { customerId: customer } }),
  ],
  'equipment.deleted': [deletes('equipment')],
  'license.created': [makes('license', made)],
  'license.updated': [changes('license')],
  'license.deleted': [deletes('license')],
  'product.created': [makes('product', made)],
  'product.updated': [changes('product')],
  'product.deleted': [deletes('product')],
  'customer.created': [makes('customer', made)],
  'customer.updated': [changes('customer')],
  'customer.deleted': [deletes('customer')],
  'attribute.created': [makes('attribute', made)],
  'attribute.updated': [changes('attribute')],
  'attribute.deleted': [deletes('attribute')],
  'view.created': [makes('saved_view', { facts: { ownerId: actor } })],
  'view.updated': [changes('saved_view')],
  'view.deleted': [deletes('saved_view')],
  'import.completed': [],
  'import.undone': [],
  'export.completed': [],
  'search.completed': [],
  'user.created': [makes('user', { facts: { kind: { is: 'person' }, createdAt: moment } })],
  'user.updated': [
    changes('user'),
    // Here nobody is disabled but enabled again.
    changes('user', { given: 'changes.disabled', facts: { disabledAt: none } }),
    endsTokens,
  ],
  'user.disabled': [changes('user', { facts: { disabledAt: moment } }), endsTokens],
  'user.reset': [setsPassword, ...dropsFactor('secondFactorRemoved'), endsTokens],
  'user.passwordChanged': [setsPassword, endsTokens],
  'user.secondFactorAdded': [
    changes('user', { facts: { enrolledAt: moment } }),
    makes('second_factor', { facts: { userId: subject, enrolledAt: moment } }),
    makesCodes,
  ],
  'user.secondFactorRemoved': dropsFactor(),
  'user.recoveryCodesMade': [deletes('recovery_code', itsCodes), makesCodes],
  'user.identityLinked': [
    makes('identity', { facts: { id: inMember('identity'), userId: subject, createdAt: moment } }),
  ],
  'user.identityUnlinked': [deletes('identity', { where: { id: inMember('identity') } })],
  'token.created': [makes('token', made)],
  'token.revoked': [changes('token', { facts: { revokedAt: moment } })],
  'session.opened': [
    // A password is hashed anew at sign-in where that was done at a lower cost.
    setsPassword,
    deletes('recovery_code', { given: 'codeDigest', where: { codeDigest: inMember('codeDigest') } }),
  ],
  'session.refused': [],
  'session.throttled': [],
  'session.closed': [],
  'session.ended': [],
  'access.refused': [],
  'settings.created': [makes('settings'), makes('user', { facts: { ...systemUser, createdAt: moment } })],
  'settings.updated': [changes('settings')],
  'expiry.completed': [],
  'consistency.completed': [],
  'restore.completed': [changes('token', { where: { revokedAt: none }, facts: { revokedAt: moment } })],
  'rotation.completed': [],
  'masking.completed': [],
  'tags.begun': [],
  'facts.stated': [
    // All that a person has is stated with them.
    deletes('recovery_code', itsCodes),
    makes('subject', { facts: { keyId: key, equipmentId: unit, customerId: customer } }),
    makes('second_factor', { each: 'factors', facts: { userId: subject } }),
    makesCodes,
    makes('identity', { each: 'identities', facts: { userId: subject } }),
  ],
  'tampering.found': [],
  'clock.corrected': [],
  'clock.accepted': [],
};

/** The records of which a `facts.stated` can be, by the kind of its subject; those of a person alone stand in the person's. */
export const statedTables = {
  settings: 'settings',
  customer: 'customer',
  product: 'product',
  license: 'license',
  key: 'key',
  equipment: 'equipment',
  assignment: 'assignment',
  renewal: 'renewal',
  attribute: 'attribute',
  view: 'saved_view',
  user: 'user',
  token: 'token',
} as const satisfies Readonly<Record<string, RecordTable>>;

export type StatedKind = keyof typeof statedTables;

// Object.keys forgets the names; the table is a constant without other keys.
export const statedKinds = Object.keys(statedTables) as StatedKind[];
