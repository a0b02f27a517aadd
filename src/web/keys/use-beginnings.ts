import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { getLicense } from '../../contract/licenses.ts';
import { getProduct } from '../../contract/products.ts';
import { client } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import type { Values } from '../form/use-record-form.ts';
import type { Chosen } from './key-fields.tsx';

/** What new keys begin with: a product or a license that the address names, else the organisation as their owner. */
export function useBeginnings(): { values: Values; chosen: Chosen } | undefined {
  const [params] = useSearchParams();
  const me = useMe();
  const license = useOne('licenses', params.get('licenseId'), (id, signal) =>
    client.call(getLicense, { params: { id }, signal }),
  );
  const product = useOne('products', params.get('productId'), (id, signal) =>
    client.call(getProduct, { params: { id }, signal }),
  );
  if (!me || license === 'waiting' || product === 'waiting') return undefined;
  const isHouseMine = me.customerIds === null || me.customerIds.includes(me.houseId);
  const house = isHouseMine ? { id: me.houseId, name: me.organisation } : undefined;
  const chosen: Chosen = {
    product: license?.product ?? product,
    license: license && {
      id: license.id,
      name: [license.product.name, license.orderNumber].filter(Boolean).join(' · '),
    },
    customer: license?.customer ?? house,
  };
  const values = {
    productId: chosen.product?.id ?? null,
    licenseId: chosen.license?.id ?? null,
    customerId: chosen.customer?.id ?? null,
    seats: 1,
  };
  return { values, chosen };
}

/** One record, where an id is given; one that cannot be read is left out. */
function useOne<T>(
  list: string,
  id: string | null,
  read: (id: string, signal: AbortSignal) => Promise<T>,
): T | 'waiting' | undefined {
  const found = useQuery({
    queryKey: [list, 'begin', id],
    enabled: id !== null,
    queryFn: ({ signal }) => read(id ?? '', signal),
  });
  if (id === null || found.isLoadingError) return undefined;
  return found.data ?? 'waiting';
}
