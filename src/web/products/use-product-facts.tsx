import { Link } from 'react-router';
import { productFields } from '../../domain/records/product.ts';
import type { Fact } from '../record/fact.ts';
import { idFact } from '../record/id-fact.tsx';
import { plainFacts } from '../record/plain-facts.tsx';
import { useWords } from '../words/use-words.ts';
import type { Product } from './product-kind.tsx';

/** What the page of a product says of it: its totals open the rows they count. */
export function useProductFacts(product: Product): Fact[] {
  const words = useWords();
  const { label, number, moment } = words;
  const { id, name, createdAt } = product;
  const total = (field: 'keyCount' | 'freeKeyCount' | 'licenseCount', to: string): Fact => ({
    field,
    label: label('product', field),
    value: <Link to={to}>{number(product[field])}</Link>,
    at: 'strip',
  });
  return [
    { field: 'name', label: label('product', 'name'), value: name, at: 'fields' },
    total('keyCount', `/keys?productId=${id}`),
    total('freeKeyCount', `/keys?productId=${id}&status=available&notYetValid=false`),
    total('licenseCount', `/licenses?productId=${id}`),
    ...plainFacts('product', productFields, product, words, {
      code: { at: 'strip' },
      manufacturer: { at: 'strip' },
    }),
    { field: 'createdAt', label: label('product', 'createdAt'), value: moment(createdAt), at: 'fields' },
    idFact(id, words),
  ];
}
