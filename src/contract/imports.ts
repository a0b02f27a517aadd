import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { id, idParams, moment, name, text } from './values.ts';

export const importKinds = ['keys', 'equipment', 'licenses'] as const;
export const importProfiles = ['snipe-it'] as const;

const rowError = z.object({ line: z.int(), column: z.string().nullable(), code: z.string(), detail: z.string() });

const importResult = z
  .object({
    id,
    kind: z.enum(importKinds),
    profile: z.string().nullable(),
    fileName: z.string(),
    status: z.enum(['running', 'done', 'refused']),
    dryRun: z.boolean(),
    rows: z.int(),
    created: z.record(z.string(), z.int()).describe('How many records of each kind were (or would be) made'),
    same: z.int().describe('Rows that are already there'),
    warnings: z.array(rowError),
    errors: z.array(rowError),
    createdAt: moment,
    finishedAt: moment.nullable(),
  })
  .meta({ id: 'Import' });

const tag = 'Imports';

export const startImport = endpoint({
  method: 'POST',
  path: '/imports',
  summary: 'Import a CSV file; nothing is written unless every row is valid',
  tag,
  permission: 'imports.run',
  status: 201,
  bodyType: 'multipart',
  body: z.strictObject({
    file: z.file(),
    kind: z.enum(importKinds),
    profile: z.enum(importProfiles).optional(),
    mapping: text({ max: 20_000 }).optional().describe('JSON object: column name → field name'),
    dates: z.enum(['dmy', 'mdy', 'ymd']).optional(),
    customerId: id.optional().describe('Whose records these are, where a row names no customer'),
    productName: name().optional().describe('The product, where the file has no column for it'),
    dryRun: z.enum(['true', 'false']).optional(),
  }),
  output: importResult,
  replay: 'rebuild',
  errors: ['invalid', 'too_large', 'unsupported_media_type'],
});

export const getImport = endpoint({
  method: 'GET',
  path: '/imports/{id}',
  summary: 'One import and what came of it',
  tag,
  permission: 'imports.run',
  status: 200,
  params: idParams,
  output: importResult,
  errors: ['not_found'],
});
