import { foldText } from '../../domain/fold.ts';
import type { ImportAnswer } from './mapping.ts';

type Made = NonNullable<ImportAnswer['alsoCreates']>[number];
type MadeKind = Made['kind'];

/** What was ticked and unticked, by marks. */
export type Ticks = Readonly<Record<string, boolean>>;

const madeKinds: readonly MadeKind[] = ['customers', 'products', 'equipment'];

/** What a tick is kept by: a record, or all units that no unit is called nearly as. */
export function tickOf({ kind, name, near }: Pick<Made, 'kind' | 'name' | 'near'>): string {
  return kind === 'equipment' && near === null ? kind : `${kind}:${name}`;
}

/** Whether it is to be made: as was ticked, else as the server would. */
export function isTicked(record: Made, ticks: Ticks): boolean {
  return ticks[tickOf(record)] ?? record.isAllowed;
}

/**
 * What the server is to be told; undefined where nobody said anything. A kind whole, where nothing of it is unticked;
 * a record that is called nearly as another one always by its name.
 */
export function createOf(made: readonly Made[], ticks: Ticks): string | undefined {
  if (Object.keys(ticks).length === 0) return undefined;
  const wanted = madeKinds.flatMap((kind) => {
    const own = made.filter((record) => record.kind === kind);
    const plain = own.filter(({ near }) => near === null);
    const isWhole = plain.length === 0 ? kind !== 'equipment' : plain.every((record) => isTicked(record, ticks));
    const named = own.filter((record) => isTicked(record, ticks) && (record.near !== null || !isWhole));
    return [...(isWhole ? [kind] : []), ...named.map(({ name }) => `${kind}:${name}`)];
  });
  return [...new Set(wanted)].join();
}

const fields: Record<MadeKind, string> = { customers: 'customer', products: 'productName', equipment: 'equipment' };

/** How many of the listed rows name it. */
export function rowsNaming({ kind, name }: Pick<Made, 'kind' | 'name'>, { outcomes }: ImportAnswer): number {
  const wanted = foldText(name);
  return outcomes.filter(({ becomes }) => foldText(String(becomes?.[fields[kind]] ?? '')) === wanted).length;
}
