import { z } from 'zod';
import { productFields } from '../domain/records/product.ts';
import { endpointsOf } from './endpoint.ts';
import { type ListSpec, listOutput } from './list.ts';
import { plainInput, plainListFields, plainOutput } from './plain-fields.ts';
import { id, moment, name, text, version, warnings } from './values.ts';

const fields = {
  name: name().describe('Product name with its version; unique however it is spelled in case and blanks'),
  ...plainInput(productFields),
  website: text({ max: 500 })
    .refine((value) => value === '' || /^https?:\/\/\S+$/.test(value), {
      message: 'Write a web address that begins with https:// or http://.',
      params: { code: 'not_a_web_address' },
    })
    .nullish()
    .describe(productFields.website.says),
  archived: z.boolean().optional(),
};

export const createProductBody = z.strictObject(fields);

export const product = z
  .object({
    id,
    name: z.string(),
    ...plainOutput(productFields),
    archived: z.boolean(),
    keyCount: z.int(),
    freeKeyCount: z.int().describe('Keys that can be applied today'),
    licenseCount: z.int(),
    createdAt: moment,
    version,
    warnings,
  })
  .meta({ id: 'Product' });

export const productList: ListSpec = {
  defaultSort: 'name',
  fields: {
    name: { kind: 'text', says: 'The name.' },
    ...plainListFields(productFields),
    website: { kind: 'text', isLong: true, says: 'Its address on the web.' },
    archived: { kind: 'boolean', says: 'Whether it is archived.' },
    keyCount: { kind: 'int', says: 'Keys.' },
    freeKeyCount: { kind: 'int', says: 'Keys that can be applied today.' },
    licenseCount: { kind: 'int', says: 'Licenses.' },
    createdAt: { kind: 'moment', says: 'When it was added.' },
  },
};

const endpoint = endpointsOf('Products');

export const listProducts = endpoint({
  at: 'GET /products',
  summary: 'List products',
  permission: 'products.read',
  list: productList,
  output: listOutput(product),
});

export const createProduct = endpoint({
  at: 'POST /products',
  summary: 'Add a product',
  permission: 'products.create',
  status: 201,
  body: createProductBody,
  output: product,
  replay: 'rebuild',
  errors: ['name_taken'],
});

export const getProduct = endpoint({
  at: 'GET /products/{id}',
  summary: 'One product',
  permission: 'products.read',
  output: product,
});

export const updateProduct = endpoint({
  at: 'PATCH /products/{id}',
  summary: 'Change or archive a product',
  permission: 'products.write',
  body: z.strictObject({ ...fields, name: name().optional() }),
  output: product,
  ifMatch: 'required',
  errors: ['name_taken'],
});

export const deleteProduct = endpoint({
  at: 'DELETE /products/{id}',
  summary: 'Delete a product that no key or license points to',
  permission: 'products.write',
  ifMatch: 'required',
  errors: ['in_use'],
});
