import type { z } from 'zod';
import { customerList, type customer as customerSchema, listCustomers } from '../../contract/customers.ts';
import type { ListKind } from '../grid/list-kind.ts';

export type Customer = z.output<typeof customerSchema>;

const firstLine = (text: string | null): string => text?.split('\n', 1)[0] ?? '–';

export const customerKind: ListKind<Customer> = {
  name: 'customers',
  record: 'customer',
  endpoint: listCustomers,
  spec: customerList,
  idOf: ({ id }) => id,
  to: ({ id }) => `/customers/${id}`,
  columns: [
    { field: 'name', isUsual: true, givesWay: 2, show: ({ name }) => name },
    { field: 'number', isUsual: true, show: ({ number }) => number ?? '–' },
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
