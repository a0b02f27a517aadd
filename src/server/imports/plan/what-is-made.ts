import { invalid } from '../../../domain/errors.ts';
import { foldText } from '../../../domain/fold.ts';
import type { ImportKind } from '../../../domain/import-fields.ts';

/** Records that an import may make beside those that its rows are about. */
const besideKinds = ['customers', 'products', 'equipment'] as const;

type BesideKind = (typeof besideKinds)[number];

/**
 * Which of them may be made: those of a kind, but for names that are nearly those of records, and those that are named. Of
 * rows about other things than software, where nothing was said, those nearly called so are made as well, and told.
 */
export type MayMake = { kinds: ReadonlySet<BesideKind>; named: ReadonlySet<string>; makesNear: boolean };

/** A record that a row would have made: of which line first, whose it would be, and the record that is called nearly so. */
export type MadeBeside = {
  kind: BesideKind;
  name: string;
  line: number;
  customer: string | null;
  near: string | null;
  isAllowed: boolean;
};

/** Reads a list such as `customers,products,customers:Unbekannt GmbH`; a name may have commas. */
export function readMayMake(given: string | undefined, kind: ImportKind): MayMake {
  if (given === undefined)
    return { kinds: new Set(['customers', 'products']), named: new Set(), makesNear: kind !== 'software' };
  const entries = given.split(/,(?=\s*(?:customers|products|equipment)\s*(?:[:,]|$))/).map((entry) => entry.trim());
  const isKnown = (entry: string) => besideKinds.some((kind) => entry === kind || entry.startsWith(`${kind}:`));
  if (given.trim() !== '' && !entries.every(isKnown)) throw refused();
  const kinds = besideKinds.filter((kind) => entries.includes(kind));
  const named = entries.flatMap((entry) => {
    const [kind = '', ...name] = entry.split(':');
    return name.length === 0 ? [] : [markOf(kind, name.join(':'))];
  });
  return { kinds: new Set(kinds), named: new Set(named), makesNear: false };
}

function refused() {
  const detail = `Give a list of ${besideKinds.join(', ')}, or names of single records such as customers:Unbekannt GmbH.`;
  return invalid({ pointer: '/create', code: 'invalid', detail });
}

function markOf(kind: string, name: string): string {
  return `${kind} ${foldText(name)}`;
}

/** What tells one of them from the others. */
export function makeMark({ kind, name, customer }: Pick<MadeBeside, 'kind' | 'name' | 'customer'>): string {
  return `${markOf(kind, name)} ${foldText(customer ?? '')}`;
}

/** Whether it may be made. */
export function mayMake(
  { kinds, named, makesNear }: MayMake,
  { kind, name, near }: Omit<MadeBeside, 'isAllowed'>,
): boolean {
  return named.has(markOf(kind, name)) || ((near === null || makesNear) && kinds.has(kind));
}
