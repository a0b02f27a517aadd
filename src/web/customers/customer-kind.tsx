import type { z } from 'zod';
import { customerList, type customer as customerSchema, listCustomers } from '../../contract/customers.ts';
import { customerFields } from '../../domain/records/customer.ts';
import type { ListKind } from '../grid/list-kind.ts';
import { plainColumns } from '../grid/plain-columns.tsx';

export type Customer = z.output<typeof customerSchema>;

const firstLine = (text: string | null): string => text?.split('\n', 1)[0] ?? '–';

const { contact: _, ...others } = customerFields;

export const customerKind: ListKind<Customer, 'customers'> = {
  name: 'customers',
  record: 'customer',
  endpoint: listCustomers,
  spec: customerList,
  idOf: ({ id }) => id,
  to: ({ id }) => `/customers/${id}`,
  columns: [
    { field: 'name', isUsual: true, givesWay: 2, show: ({ name }) => name },
    ...plainColumns<typeof others, Customer>(others),
    { field: 'contact', isUsual: true, givesWay: 2, show: ({ contact }) => firstLine(contact) },
    {
      field: 'isHouse',
      isUsual: true,
      show: ({ isHouse }, { value }) => (isHouse ? value('yesNo', 'true') : '–'),
    },
    { field: 'archived', show: ({ archived }, { value }) => value('yesNo', archived ? 'true' : 'false') },
    { field: 'createdAt', isUsual: true, show: ({ createdAt }, { moment }) => moment(createdAt) },
  ],
  card: (item) => ({
    title: item.name,
    below: [item.number, item.contact && firstLine(item.contact)].filter(Boolean).join(' · '),
  }),
  views: [{ word: 'grid.views.of.customers.all', query: '' }],
  groups: ['archived'],
};
