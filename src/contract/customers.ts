import { z } from 'zod';
import { customerFields } from '../domain/records/customer.ts';
import { endpoint } from './endpoint.ts';
import { type ListSpec, listOutput } from './list.ts';
import { plainInput, plainListFields, plainOutput } from './plain-fields.ts';
import { id, idParams, moment, name, version, warnings } from './values.ts';

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

const tag = 'Customers';

export const listCustomers = endpoint({
  method: 'GET',
  path: '/customers',
  summary: 'List customers',
  tag,
  permission: 'customers.read',
  status: 200,
  list: customerList,
  output: listOutput(customer),
  errors: ['invalid'],
});

export const createCustomer = endpoint({
  method: 'POST',
  path: '/customers',
  summary: 'Add a customer',
  tag,
  permission: 'customers.create',
  status: 201,
  body: z.strictObject(fields),
  output: customer,
  replay: 'rebuild',
  errors: ['invalid', 'name_taken', 'forbidden'],
});

export const getCustomer = endpoint({
  method: 'GET',
  path: '/customers/{id}',
  summary: 'One customer',
  tag,
  permission: 'customers.read',
  status: 200,
  params: idParams,
  output: customer,
  errors: ['not_found'],
});

export const updateCustomer = endpoint({
  method: 'PATCH',
  path: '/customers/{id}',
  summary: 'Change or archive a customer',
  tag,
  permission: 'customers.write',
  status: 200,
  params: idParams,
  body: z.strictObject({ ...fields, name: name().optional() }),
  output: customer,
  ifMatch: 'required',
  errors: ['invalid', 'not_found', 'stale', 'name_taken', 'too_many_requests'],
});

export const deleteCustomer = endpoint({
  method: 'DELETE',
  path: '/customers/{id}',
  summary: 'Delete a customer that nothing points to',
  tag,
  permission: 'customers.write',
  status: 204,
  params: idParams,
  ifMatch: 'required',
  errors: ['not_found', 'stale', 'in_use'],
});
