import { z } from 'zod';
import { licenseFields } from '../domain/records/license.ts';
import { bodyLimits, endpointsOf } from './endpoint.ts';
import { type ListSpec, listOutput } from './list.ts';
import { plainInput, plainListFields, plainOutput } from './plain-fields.ts';
import {
  attributeOutput,
  attributeValues,
  day,
  id,
  moment,
  name,
  reference,
  text,
  version,
  warnings,
} from './values.ts';

const fields = {
  productId: id.optional().describe('The product that was bought'),
  productName: name().optional().describe('Found by its folded name, else created'),
  customerId: id.optional().describe('Who owns it; the organisation itself (house) where none is named'),
  quantity: z.int().min(0).max(10_000_000).optional().describe('How many were bought; 1 unless said'),
  cost: z.number().min(0).max(1e12).nullish().describe('What the whole license cost'),
  ...plainInput(licenseFields),
  currency: text({ max: 3 })
    .refine((value) => value === '' || /^[A-Z]{3}$/.test(value), {
      message: 'Write a currency as three capital letters (ISO 4217), for example EUR.',
      params: { code: 'not_a_currency' },
    })
    .nullish()
    .describe(licenseFields.currency.says),
  renewsItself: z
    .boolean()
    .optional()
    .describe('Whether it goes on at its end unless it is cancelled; that moves no day by itself'),
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
    cost: z.number().nullable(),
    ...plainOutput(licenseFields),
    renewsItself: z.boolean(),
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
    cost: { kind: 'number', says: 'The cost.' },
    ...plainListFields(licenseFields),
    renewsItself: { kind: 'boolean', says: 'Whether it renews itself.' },
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

const endpoint = endpointsOf('Software licenses');

export const listLicenses = endpoint({
  at: 'GET /licenses',
  summary: 'List, search and group licenses',
  permission: 'licenses.read',
  list: licenseList,
  output: listOutput(license),
});

export const createLicense = endpoint({
  at: 'POST /licenses',
  summary: 'Add a license',
  permission: 'licenses.write',
  status: 201,
  body: createLicenseBody,
  bodyLimit: bodyLimits.record,
  output: license,
  replay: 'rebuild',
  errors: ['not_found', 'archived'],
});

export const getLicense = endpoint({
  at: 'GET /licenses/{id}',
  summary: 'One license',
  permission: 'licenses.read',
  output: license,
});

export const updateLicense = endpoint({
  at: 'PATCH /licenses/{id}',
  summary: 'Change a license',
  permission: 'licenses.write',
  body: z.strictObject(fields),
  bodyLimit: bodyLimits.record,
  output: license,
  ifMatch: 'required',
  errors: ['archived'],
});

export const deleteLicense = endpoint({
  at: 'DELETE /licenses/{id}',
  summary: 'Delete a license that no key points to',
  permission: 'licenses.write',
  ifMatch: 'required',
  errors: ['in_use'],
});
