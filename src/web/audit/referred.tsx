import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { getCustomer } from '../../contract/customers.ts';
import type { Endpoint } from '../../contract/endpoint.ts';
import { getEquipment } from '../../contract/equipment.ts';
import { getKey } from '../../contract/keys.ts';
import { getLicense } from '../../contract/licenses.ts';
import { callAny } from '../api/call-any.ts';
import { licenseName } from '../licenses/license-kind.tsx';
import { MaskedKey } from '../ui/masked-key.tsx';
import { useWords } from '../words/use-words.ts';

type List = { name: 'customers' | 'licenses' | 'equipment' | 'keys'; get: Endpoint };

const customers: List = { name: 'customers', get: getCustomer };
const licenses: List = { name: 'licenses', get: getLicense };
const equipment: List = { name: 'equipment', get: getEquipment };
const keys: List = { name: 'keys', get: getKey };

/** Members of an entry that name another record by its id. */
export const referredLists: Record<string, List> = {
  customerId: customers,
  licenseId: licenses,
  equipmentId: equipment,
  movedTo: equipment,
  movedFrom: equipment,
  keyId: keys,
  replaces: keys,
  replacedBy: keys,
  allowSimilarTo: keys,
};

/** The record behind an id, by its present name; one that is gone, or not mine to see, by its id. */
export function Referred({ field, id }: { field: string; id: string }) {
  const { name, get } = referredLists[field] ?? keys;
  const { t } = useWords();
  const found = useQuery({
    queryKey: [name, 'one', id],
    retry: false,
    queryFn: ({ signal }) => callAny(get, { params: { id }, signal }),
  });
  if (found.isLoadingError) return <span title={id}>{t('audit.gone')}</span>;
  if (found.data === undefined) return null;
  return <Link to={`/${name}/${id}`}>{nameOf(name, found.data)}</Link>;
}

function nameOf(name: List['name'], record: unknown) {
  // The four endpoints above answer these.
  const {
    name: own,
    product,
    orderNumber,
    maskedKey,
  } = record as {
    name?: string;
    product: { id: string; name: string };
    orderNumber: string | null;
    maskedKey: string;
  };
  if (name === 'licenses') return licenseName({ product, orderNumber });
  if (name === 'keys')
    return (
      <>
        {product.name} <MaskedKey mask={maskedKey} short />
      </>
    );
  return own;
}
