import { Link } from 'react-router';
import { customerFields } from '../../domain/records/customer.ts';
import type { Fact } from '../record/fact.ts';
import { idFact } from '../record/id-fact.tsx';
import { plainFacts } from '../record/plain-facts.tsx';
import type { Tab } from '../ui/record-tabs.tsx';
import { useWords } from '../words/use-words.ts';
import type { Customer } from './customer-kind.tsx';

/** What the page of a customer says of it: first how much it has of what its tabs list. */
export function useCustomerFacts(customer: Customer, tabs: readonly Tab[]): Fact[] {
  const words = useWords();
  const { label, moment } = words;
  const { id, name, createdAt } = customer;
  return [
    { field: 'name', label: label('customer', 'name'), value: name, at: 'fields' },
    ...tabs.map(
      ({ value, label: has, count }): Fact => ({
        field: value,
        label: has,
        value: <Link to={`/${value}?customerId=${id}`}>{count ?? '…'}</Link>,
        at: 'strip',
      }),
    ),
    ...plainFacts('customer', customerFields, customer, words, { number: { at: 'strip' } }),
    { field: 'createdAt', label: label('customer', 'createdAt'), value: moment(createdAt), at: 'fields' },
    idFact(id, words),
  ];
}
