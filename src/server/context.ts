import type { Endpoint } from '../contract/endpoint.ts';
import type { Fragments } from '../db/fragments.ts';
import type { Database, ReadDb } from '../db/open.ts';
import type { AuditAction } from '../domain/audit/actions.ts';
import type { Day } from '../domain/day.ts';
import { AppError, forbidden } from '../domain/errors.ts';
import { type Action, mayRole, type Role, type RoleSettings, ruleFor, type Scope } from '../domain/permissions.ts';
import type { ErasedEntry } from './audit/erase-content.ts';
import type { Signing } from './audit/signing.ts';
import type { Config } from './config.ts';
import type { Erasures } from './erasure/keeper.ts';
import type { BugFields, Log } from './log.ts';
import type { ChangeTx } from './seals/change-sealed.ts';
import type { Vault } from './secrets/vault.ts';
import type { ClockWatch } from './upkeep/clock-state.ts';
import type { Backups } from './upkeep/nightly-backup.ts';

/** What the process holds for its lifetime. The clock and the random source are injected, so tests can turn them. */
export type App = {
  readonly config: Config;
  readonly database: Database;
  readonly vault: Vault;
  readonly log: Log;
  readonly reportBug: (thrown: unknown, fields: BugFields) => void;
  readonly clock: () => Date;
  readonly clockWatch: ClockWatch;
  readonly randomBytes: (count: number) => Buffer;
  readonly importSizes: ImportSizes;
  readonly signing: Signing;
  /** Told after a commit how long the log now is and whether content was erased; must not throw. */
  onAppended: (size: number, erased: boolean) => void;
  readonly erasures: Erasures;
  readonly backups: Backups;
};

/** An import of more rows than `atOnce` is written in transactions of `part` rows (X1). */
export type ImportSizes = { atOnce: number; part: number };

/** The organisation's settings that every request needs. */
export type Settings = RoleSettings & {
  organisation: string;
  timeZone: string;
  locale: string;
  houseId: string;
};

/** Who acts: a signed-in person, a token of a person, or the system (jobs, the local command line). */
export type Actor = {
  kind: 'session' | 'token' | 'local' | 'system';
  /** The user's id: what the log names. */
  id: string;
  name: string;
  /** A token may do only what its own role and its owner's present role both allow. */
  roles: readonly Role[];
  scope: Scope;
  sessionId?: string;
  tokenId?: string;
};

/** What a query gets: a read-only handle, and the actor's scope that it must apply. */
export type ReadCtx = {
  readonly db: ReadDb;
  readonly fragments: Fragments;
  readonly actor: Actor;
  readonly scope: Scope;
  readonly settings: Settings;
  /** Today in the organisation's time zone. */
  readonly today: Day;
};

type Details = Record<string, unknown>;
type KeyAction = Extract<AuditAction, `key.${string}`>;

/** One fact to be recorded. `details` is what people read: names, masks, old and new values; never a license key. */
export type AuditDraft =
  | { action: KeyAction; keyId: string; equipmentId?: string | null; customerId: string; details: Details }
  /** Takes the content of the listed entries of a deleted key with it, in the same transaction (L7). */
  | { action: 'entries.erased'; keyId: string; equipmentId?: null; customerId: string; erases: ErasedEntry[] }
  | {
      action: Exclude<AuditAction, KeyAction | 'entries.erased'>;
      subject: string;
      keyId?: string | null;
      equipmentId?: string | null;
      customerId?: string | null;
      details: Details;
    };

/** Several facts, at least one, in the order they are recorded. */
export type AuditDrafts = [AuditDraft, ...AuditDraft[]] | [...AuditDraft[], AuditDraft];

/** What a write must come back with. `result` holds ids and counts only: a repeated request is answered from it. */
type Changed<Result> = {
  result: Result;
  audit: AuditDraft | AuditDrafts;
  /** It takes the actor's own session away, or disables the actor. */
  endsActor?: boolean;
  /** It leaves the actor to set up a second factor before anything else. */
  owesFactor?: boolean;
};

export type ChangeWork<Result> = (tx: ChangeTx) => Promise<Changed<Result>>;

/**
 * A request's Idempotency-Key with the fingerprint of its body, and whose request it is. `key` is its keyed hash, because
 * a client may give anything, such as a license key. `formerKey` is how 0.1.0 noted it: as it came; it is only looked for.
 */
export type Idempotency = {
  actorId: string;
  method: string;
  path: string;
  key: string;
  formerKey: string;
  bodyMac: string;
  status: number;
};

/** What a request was let in by. */
export type Asked = Pick<Endpoint, 'permission' | 'alsoNeeds' | 'unfinished'>;

/** What a verb gets: everything a query has, and the only way to write. */
export type Ctx = ReadCtx & {
  readonly app: App;
  readonly requestId: string;
  readonly address: string | undefined;
  readonly idempotency: Idempotency | undefined;
  /** The version an If-Match header named; '*' for whatever it is now. */
  readonly ifMatch: number | '*' | undefined;
  /** Asked of the actor again inside every change; undefined where nobody signed in asks, or it only tells what became of work. */
  readonly asked: Asked | undefined;
  /** The client would rather be answered at once than when the work is done (RFC 7240). */
  readonly respondAsync?: boolean;
  now(): string;
  newId(): string;
  change<Result>(work: ChangeWork<Result>): Promise<Result>;
};

type Acting = Pick<ReadCtx, 'actor' | 'settings'>;

/** Whether the actor's roles all allow the action, and the actor's customers its reach. */
export function may({ actor, settings }: Acting, action: Action): boolean {
  const reaches = actor.scope === 'all' || !ruleFor(action).wide;
  return reaches && actor.roles.every((role) => mayRole(role, action, settings));
}

export function customersLimited(): AppError {
  return forbidden({
    code: 'customers_limited',
    detail: 'This is for people who may see all customers. Ask an administrator.',
  });
}

/** Refuses an action the actor's roles do not allow, or that reaches beyond the actor's customers. */
export function requireAction(acting: Acting, action: Action): void {
  if (may(acting, action)) return;
  if (acting.actor.roles.every((role) => mayRole(role, action, acting.settings))) throw customersLimited();
  throw new AppError('forbidden', 'Your role does not allow this. Ask an administrator.');
}

/** Refuses a stale If-Match; `current` is the version the record has now. */
export function requireVersion(ifMatch: Ctx['ifMatch'], current: number): void {
  if (ifMatch === undefined || ifMatch === '*' || ifMatch === current) return;
  throw new AppError(
    'stale',
    `Somebody changed this record meanwhile: you have version ${ifMatch}, it is now ${current}. Read it again, then repeat your change.`,
    [],
    { current: { version: current } },
  );
}

export function notFound(what: string): AppError {
  return new AppError('not_found', `There is no such ${what}, or it is outside your customers.`);
}
