import { z } from 'zod';
import { bodyLimits, endpoint } from './endpoint.ts';
import { type ListSpec, listOutput } from './list.ts';
import {
  attributeOutput,
  attributeValues,
  day,
  id,
  idParams,
  moment,
  name,
  reference,
  remarksText,
  text,
  version,
  warnings,
} from './values.ts';

const fields = {
  productId: id.optional().describe('The product that was bought'),
  productName: name().optional().describe('Found by its folded name, else created'),
  customerId: id.optional().describe('Who owns it; the organisation itself (house) where none is named'),
  quantity: z.int().min(0).max(10_000_000).optional().describe('How many were bought; 1 unless said'),
  start: day.nullish().describe('The first day the license is valid'),
  end: day.nullish().describe('The last day the license is valid'),
  purchaseDate: day.nullish().describe('When it was bought; keys without a date of their own take this one'),
  cost: z.number().min(0).max(1e12).nullish().describe('What the whole license cost'),
  currency: text({ max: 3 })
    .refine((value) => value === '' || /^[A-Z]{3}$/.test(value), {
      message: 'Write a currency as three capital letters (ISO 4217), for example EUR.',
      params: { code: 'not_a_currency' },
    })
    .nullish()
    .describe('Three capital letters, such as EUR'),
  supplier: text().nullish().describe('Who sold it'),
  orderNumber: text().nullish().describe("The number of the order; it is part of the license's name"),
  invoiceNumber: text().nullish().describe('The number of the invoice'),
  costCenter: text().nullish().describe('The cost center that paid'),
  barcode: text().nullish().describe('The barcode on the package or certificate'),
  termsOfUse: remarksText
    .nullish()
    .describe('What the software may be used for; keys without terms of their own take these'),
  remarks: remarksText.nullish().describe('Space for free input'),
  attributes: attributeValues.optional(),
  archived: z.boolean().optional(),
};

export const createLicenseBody = z.strictObject(fields);

export const license = z
  .object({
    id,
    product: reference,
    customerId: id,
    customer: reference,
    quantity: z.int(),
    start: day.nullable(),
    end: day.nullable(),
    purchaseDate: day.nullable(),
    cost: z.number().nullable(),
    currency: z.string().nullable(),
    supplier: z.string().nullable(),
    orderNumber: z.string().nullable(),
    invoiceNumber: z.string().nullable(),
    costCenter: z.string().nullable(),
    barcode: z.string().nullable(),
    termsOfUse: z.string().nullable(),
    remarks: z.string().nullable(),
    attributes: attributeOutput,
    archived: z.boolean(),
    keyed: z.int().describe('Seats of its keys that are not revoked'),
    taken: z.int().describe('Seats taken on its keys'),
    free: z.int().describe('Bought less taken; below zero where more is taken than bought'),
    unusedSince: day
      .nullable()
      .describe('The last day a seat was applied or given back, else when it was bought; null where no seat is free'),
    createdAt: moment,
    version,
    warnings,
  })
  .meta({ id: 'License' });

export const licenseList: ListSpec = {
  defaultSort: '-createdAt',
  attributes: 'license',
  fields: {
    product: { kind: 'text', says: 'The name of the product.' },
    productId: { kind: 'id', says: 'The product.' },
    customerId: { kind: 'id', says: 'The customer.' },
    customer: { kind: 'text', says: 'The name of the customer.' },
    quantity: { kind: 'int', says: 'How many were bought.' },
    start: { kind: 'day', says: 'The start.' },
    end: { kind: 'day', says: 'The end.' },
    purchaseDate: { kind: 'day', says: 'The purchase date.' },
    cost: { kind: 'number', says: 'The cost.' },
    currency: { kind: 'text', says: 'The currency.' },
    supplier: { kind: 'text', says: 'The supplier.' },
    orderNumber: { kind: 'text', says: 'The order number.' },
    invoiceNumber: { kind: 'text', says: 'The invoice number.' },
    costCenter: { kind: 'text', says: 'The cost center.' },
    barcode: { kind: 'text', says: 'The barcode.' },
    termsOfUse: { kind: 'text', isLong: true, says: 'The terms of use.' },
    remarks: { kind: 'text', isLong: true, says: 'The remarks.' },
    archived: { kind: 'boolean', says: 'Whether it is archived.' },
    keyed: { kind: 'int', says: 'Seats of its keys.' },
    taken: { kind: 'int', says: 'Seats taken.' },
    free: { kind: 'int', says: 'Bought less taken.' },
    unusedSince: { kind: 'day', says: 'Since when its free seats are not used.' },
    createdAt: { kind: 'moment', says: 'When it was added.' },
  },
  extra: {
    unusedForMonths: z.coerce
      .number()
      .int()
      .min(0)
      .max(600)
      .describe('Licenses with a free seat that nobody used in so many months'),
  },
};

const tag = 'Software licenses';

export const listLicenses = endpoint({
  method: 'GET',
  path: '/licenses',
  summary: 'List, search and group licenses',
  tag,
  permission: 'licenses.read',
  status: 200,
  list: licenseList,
  output: listOutput(license),
  errors: ['invalid'],
});

export const createLicense = endpoint({
  method: 'POST',
  path: '/licenses',
  summary: 'Add a license',
  tag,
  permission: 'licenses.write',
  status: 201,
  body: createLicenseBody,
  bodyLimit: bodyLimits.record,
  output: license,
  replay: 'rebuild',
  errors: ['invalid', 'not_found', 'archived', 'too_many_requests'],
});

export const getLicense = endpoint({
  method: 'GET',
  path: '/licenses/{id}',
  summary: 'One license',
  tag,
  permission: 'licenses.read',
  status: 200,
  params: idParams,
  output: license,
  errors: ['not_found'],
});

export const updateLicense = endpoint({
  method: 'PATCH',
  path: '/licenses/{id}',
  summary: 'Change a license',
  tag,
  permission: 'licenses.write',
  status: 200,
  params: idParams,
  body: z.strictObject(fields),
  bodyLimit: bodyLimits.record,
  output: license,
  ifMatch: 'required',
  errors: ['invalid', 'not_found', 'stale', 'archived', 'too_many_requests'],
});

export const deleteLicense = endpoint({
  method: 'DELETE',
  path: '/licenses/{id}',
  summary: 'Delete a license that no key points to',
  tag,
  permission: 'licenses.write',
  status: 204,
  params: idParams,
  ifMatch: 'required',
  errors: ['not_found', 'stale', 'in_use'],
});
