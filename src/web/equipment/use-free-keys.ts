import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { listKeys, lookupKeys } from '../../contract/keys.ts';
import { maskLicenseKey, mayBeLicenseKey } from '../../domain/license-key.ts';
import { client } from '../api/client.ts';
import { useMay, useMe } from '../api/me.ts';
import type { Key } from '../keys/key-kind.tsx';
import type { Unit } from './equipment-kind.tsx';

export type FreeKeys = {
  /** Free keys of the unit's customer and of the organisation itself, soonest-expiring first. */
  own: Key[];
  /** Free keys of other customers. */
  others: Key[];
  /** Keys that match what was typed and cannot be applied now. */
  blocked: Key[];
  total: number;
};

const shown = 20;
const shownBlocked = 5;

const free = { status: 'available', notYetValid: 'false', sort: 'validityEnd' };

type Wanted = { text: string; productId?: string | undefined };
/** `staysOffered`: what is offered stays until what is typed next is found, as somebody may be pressing it. */
type Offering = { enabled?: boolean; staysOffered?: boolean };

/** The keys that can be applied to a unit today, as far as they match what was typed (A3). */
export function useFreeKeys(
  unit: Pick<Unit, 'id' | 'customerId'>,
  { text, productId }: Wanted,
  { enabled = true, staysOffered = false }: Offering = {},
) {
  const me = useMe();
  const may = useMay();
  const isWhole = mayBeLicenseKey(text);
  const q = isWhole ? maskLicenseKey(text).tail : text.trim();
  const mayLookUp = may('keys.lookup');
  return useQuery({
    // A whole key is looked up by its text and remembered by its visible end only.
    queryKey: ['pickKey', unit.id, unit.customerId, productId, q, isWhole && text.length],
    enabled: enabled && me !== undefined,
    gcTime: isWhole ? 0 : 60_000,
    ...(staysOffered && { placeholderData: keepPreviousData }),
    queryFn: async ({ signal }): Promise<FreeKeys> => {
      const [exact] = isWhole && mayLookUp ? (await client.call(lookupKeys, { body: { licenseKey: text } })).items : [];
      if (exact) return onlyOne(exact, unit.id);
      const list = async (
        more: Record<string, string | string[]>,
        limit: number,
      ): Promise<{ items: Key[]; total: number }> => {
        const query = { ...more, ...(q && { q }), ...(productId && { productId }), limit: String(limit) };
        const { items = [], total } = await client.call(listKeys, { query, signal });
        return { items, total };
      };
      const [own, all, taken, later] = await Promise.all([
        list({ ...free, customerId: [unit.customerId, ...(me ? [me.houseId] : [])] }, shown),
        list(free, shown),
        q ? list({ status: 'applied,expired,revoked' }, shownBlocked) : undefined,
        q ? list({ status: 'available', notYetValid: 'true' }, shownBlocked) : undefined,
      ]);
      const usable = own.items.filter((key) => !isOn(key, unit.id));
      const others = all.items.filter((key) => !isOn(key, unit.id) && !isOwn(key, unit, me?.houseId));
      const here = all.items.filter((key) => isOn(key, unit.id));
      const blocked = [...here, ...(later?.items ?? []), ...(taken?.items ?? [])].slice(0, shownBlocked);
      return {
        own: usable,
        others: others.slice(0, shown - usable.length),
        blocked: q ? blocked : [],
        total: all.total - here.length,
      };
    },
  });
}

function isOwn({ customerId }: Key, unit: Pick<Unit, 'customerId'>, houseId: string | undefined): boolean {
  return customerId === unit.customerId || customerId === houseId;
}

/** Whether a key is among the first named to be on the unit; the server refuses the rest. */
export function isOn({ assignments }: Key, unitId: string): boolean {
  return assignments.some(({ equipment }) => equipment?.id === unitId);
}

function onlyOne(key: Key, unitId: string): FreeKeys {
  const usable = key.status === 'available' && !key.notYetValid && !isOn(key, unitId);
  return usable ? { own: [key], others: [], blocked: [], total: 1 } : { own: [], others: [], blocked: [key], total: 0 };
}
