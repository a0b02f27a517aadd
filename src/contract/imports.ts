import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { id, idParams, moment, name } from './values.ts';

export const importKinds = ['keys', 'equipment', 'licenses'] as const;
export const importProfiles = ['snipe-it'] as const;

const rowError = z.object({
  line: z.int().describe('Where the row begins; the header stands on line 1'),
  column: z.string().nullable().describe('The name of the column, or its number where Keybook does not know the name'),
  code: z.string(),
  detail: z.string().describe('Never quotes a cell; a license key is named by its mask'),
});

const importResult = z
  .object({
    id: id.nullable().describe('Null for a rehearsal, which is not recorded'),
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
    mapping: z
      .string()
      .max(20_000)
      .optional()
      .describe(
        'JSON object: column name → field name, or null to leave the column out; other columns go by their names',
      ),
    dates: z
      .enum(['dmy', 'mdy', 'ymd'])
      .optional()
      .describe(
        'The order of day, month and year; needed only where the dates of a column do not show it. ISO days are always read. A year of two digits is 2000–2068 or 1969–1999',
      ),
    customerId: id.optional().describe('Whose records these are, where a row names no customer'),
    productName: name().optional().describe('The product, where the file has no column for it'),
    dryRun: z
      .enum(['true', 'false'])
      .optional()
      .describe('Judges everything and writes nothing; answers what would come of it'),
  }),
  output: importResult,
  replay: 'rebuild',
  errors: ['invalid', 'not_found', 'too_large', 'unsupported_media_type'],
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
