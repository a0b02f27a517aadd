import { z } from 'zod';
import { customerFields } from '../domain/records/customer.ts';
import { endpointsOf } from './endpoint.ts';
import { type ListSpec, listOutput } from './list.ts';
import { plainInput, plainListFields, plainOutput } from './plain-fields.ts';
import { id, moment, name, version, warnings } from './values.ts';

const fields = {
  name: name().describe('Name of the company or department; unique'),
  ...plainInput(customerFields),
  archived: z.boolean().optional(),
};

export const customer = z
  .object({
    id,
    name: z.string(),
    ...plainOutput(customerFields),
    archived: z.boolean(),
    isHouse: z.boolean().describe('The organisation itself'),
    createdAt: moment,
    version,
    warnings,
  })
  .meta({ id: 'Customer' });

export const customerList: ListSpec = {
  defaultSort: 'name',
  fields: {
    name: { kind: 'text', says: 'The name.' },
    ...plainListFields(customerFields),
    archived: { kind: 'boolean', says: 'Whether it is archived.' },
    isHouse: { kind: 'boolean', says: 'Whether it is the organisation itself.' },
    createdAt: { kind: 'moment', says: 'When it was added.' },
  },
};

const endpoint = endpointsOf('Customers');

export const listCustomers = endpoint({
  at: 'GET /customers',
  summary: 'List customers',
  permission: 'customers.read',
  list: customerList,
  output: listOutput(customer),
});

export const createCustomer = endpoint({
  at: 'POST /customers',
  summary: 'Add a customer',
  permission: 'customers.create',
  status: 201,
  body: z.strictObject(fields),
  output: customer,
  replay: 'rebuild',
  errors: ['name_taken'],
});

export const getCustomer = endpoint({
  at: 'GET /customers/{id}',
  summary: 'One customer',
  permission: 'customers.read',
  output: customer,
});

export const updateCustomer = endpoint({
  at: 'PATCH /customers/{id}',
  summary: 'Change or archive a customer',
  permission: 'customers.write',
  body: z.strictObject({ ...fields, name: name().optional() }),
  output: customer,
  ifMatch: 'required',
  errors: ['name_taken'],
});

export const deleteCustomer = endpoint({
  at: 'DELETE /customers/{id}',
  summary: 'Delete a customer that nothing points to',
  permission: 'customers.write',
  ifMatch: 'required',
  errors: ['in_use'],
});
