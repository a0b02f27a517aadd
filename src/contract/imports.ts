import { z } from 'zod';
import { importKinds, importProfiles } from '../domain/import-fields.ts';
import { languages } from '../domain/languages.ts';
import { endpointsOf } from './endpoint.ts';
import { formFile } from './form-file.ts';
import { faultParams, id, moment, name } from './values.ts';

export const rowOutcomes = ['new', 'changed', 'left', 'same', 'duplicate', 'wrong'] as const;

const sheet = z
  .string()
  .optional()
  .describe('Its sheet, where several are one list; `#` and its number where the import is read later');

const rowError = z.object({
  line: z.int().describe('Where the row begins, counted from the beginning of the file or sheet'),
  sheet,
  column: z
    .string()
    .nullable()
    .describe(
      'The name of the column, or its number where Keybook does not know the name, and where the import is read later',
    ),
  code: z.string(),
  detail: z
    .string()
    .describe(
      'Never quotes a cell; a license key is named by its mask. Where the import is read later, it names no record',
    ),
  params: faultParams,
});

const value = z.union([z.string(), z.number(), z.boolean()]).nullable();

const rowOutcome = z.object({
  line: z.int(),
  sheet,
  outcome: z
    .enum(rowOutcomes)
    .describe(
      'new: makes a record; changed: changes one; left: is there, says otherwise (see changes), and stays; same: is there already; duplicate: an earlier row of the file says the same; wrong: see errors',
    ),
  id: z.string().nullable().describe('The record that the row names or that it is; null for a new one'),
  becomes: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .describe(
      'In a rehearsal, of a row that names no record by its id: what it becomes, by the names of the fields of its kind, with what holds where it says nothing; license keys by their masks',
    ),
  changes: z.array(
    z.object({
      field: z.string(),
      old: value.optional(),
      new: value.optional().describe('Left out, as old is, where the import is read later: the audit log has them'),
    }),
  ),
});

const undone = z.object({
  at: moment.describe('When it was begun; once it is done, when that was'),
  by: z.string().nullable().describe('Null for who is limited to some customers'),
  share: z.number().describe('How far it is, from 0 to 1'),
  cause: z.object({ code: z.string(), detail: z.string(), params: faultParams }).nullable().describe('Why it stopped'),
  counts: z.object({
    deleted: z.record(z.string(), z.int()).describe('How many records of each kind the import had made are deleted'),
    putBack: z.int().describe('How many changed records have their former values again'),
    left: z.int().describe('How many records stay as they are'),
  }),
  left: z
    .array(
      z.object({
        record: z.enum(['key', 'assignment', 'license', 'equipment', 'product', 'customer']),
        id,
        name: z.string().nullable().describe('Null where it is not there any more'),
        code: z.string(),
        detail: z.string().describe('Why it stays'),
      }),
    )
    .describe('The first thousand of them; none for who is limited to some customers'),
});

const importResult = z
  .object({
    id: id.nullable().describe('Null for a rehearsal, which is not recorded'),
    kind: z.enum(importKinds),
    profile: z.string().nullable(),
    fileName: z.string(),
    status: z
      .enum(['running', 'done', 'refused', 'failed', 'stopped', 'undoing', 'undoStopped', 'undone'])
      .describe(
        'refused: nothing was written; failed and stopped: what was done so far stays, and the same file imported again does the rest; undoStopped: to be undone once more, which goes on with it',
      ),
    detail: z.string().nullable().describe('Why it did not finish, how far it came, and what to do'),
    cause: z
      .object({ code: z.string(), detail: z.string(), params: faultParams })
      .nullable()
      .describe('Why it failed or was stopped'),
    dryRun: z.boolean(),
    rows: z.int(),
    done: z.int().describe('Rows that are written, or found to need no writing'),
    created: z.record(z.string(), z.int()).describe('How many records of each kind were (or would be) made'),
    changed: z.int().describe('How many records were (or would be) changed'),
    same: z.int().describe('Rows that are already there, also those that say otherwise and are left'),
    left: z.int().describe('How many of those say otherwise'),
    duplicates: z.int().describe('Rows that repeat an earlier row of the file'),
    rejected: z
      .int()
      .describe('Rows that are wrong: with goodRowsOnly they are left out, else nothing is imported because of them'),
    outcomes: z.array(rowOutcome).describe('What becomes of the first thousand rows'),
    unlisted: z.int().describe('Rows whose outcome is not listed'),
    alsoCreates: z
      .array(
        z.object({
          kind: z.enum(['customers', 'products', 'equipment']),
          name: z.string(),
          line: z.int().describe('The first row that names it'),
          sheet,
          customer: z.string().nullable().describe('Whose it would be'),
          near: z.string().nullable().describe('The record that has nearly this name'),
          isAllowed: z.boolean().describe('Whether `create` lets it be made'),
        }),
      )
      .optional()
      .describe('In a rehearsal: the first thousand records that rows name and that are not there'),
    leftOut: z
      .array(
        z.object({
          line: z.int().nullable().describe('The line, where it is no row of the table; null for a column'),
          sheet,
          column: z.string().nullable().describe('The name of the column; null for a line'),
        }),
      )
      .optional()
      .describe('In a rehearsal: columns of which nothing is taken, and lines that are no rows of the table'),
    persons: z
      .object({ named: z.int(), known: z.int() })
      .optional()
      .describe('For a list of users: how many persons it names, and how many of them have assignments or an account'),
    blanks: z
      .record(z.string(), z.int())
      .optional()
      .describe(
        'In a rehearsal: how many rows say nothing of a field that has a column; also of the customer, and of a list of license keys of the key type, where no column says anything of them',
      ),
    mapping: z
      .record(z.string(), z.string().nullable())
      .optional()
      .describe('Which column gives which field. Told when the file is read; later, the header is not kept'),
    headerRow: z.int().optional().describe('The line on which the header was found; told as the mapping is'),
    sheets: z
      .array(z.object({ name: z.string(), rows: z.int(), isRead: z.boolean() }))
      .optional()
      .describe(
        'The sheets of a workbook that have a value, with how many of their rows have one (counted up to a thousand), and which of them are read; told as the mapping is',
      ),
    head: z
      .object({ names: z.array(z.string()), header: z.array(z.string()), rows: z.array(z.array(z.string())) })
      .optional()
      .describe(
        'In a rehearsal: the header and the first rows of the table, shortened, and license keys by their masks; `names` are what a mapping calls the columns',
      ),
    warnings: z.array(rowError),
    errors: z.array(rowError),
    rejectedUntil: moment
      .nullable()
      .describe(
        'Until when whoever ran it can have the rows that were left out as a file; null where there are none, and for others',
      ),
    undoableUntil: moment
      .nullable()
      .describe('Until when an administrator of all customers may undo it; null: not at all'),
    undone: undone.nullable(),
    createdAt: moment,
    finishedAt: moment.nullable(),
  })
  .meta({ id: 'Import' });

const endpoint = endpointsOf('Imports');

export const startImport = endpoint({
  at: 'POST /imports',
  summary: 'Import a file; nothing is written unless every row is valid',
  permission: 'imports.run',
  status: 201,
  bodyType: 'multipart',
  body: z.strictObject({
    file: formFile,
    kind: z
      .enum(importKinds)
      .optional()
      .describe('What the rows are about; what most columns have a field of, unless said'),
    profile: z.enum(importProfiles).optional(),
    mapping: z
      .string()
      .max(20_000)
      .optional()
      .describe(
        'JSON object: column name → field name, or null to leave the column out. A column goes by its place as well (`#3`), which tells apart two of one name and names one that has none; `*` is all other columns: `remarks`, each under its name, or null. Columns that it does not name go by their names, or are the license key where their cells look like it. Without it, the mapping of the last import of the same columns is used',
      ),
    dates: z
      .enum(['dmy', 'mdy', 'ymd'])
      .optional()
      .describe(
        'The order of day, month and year; needed only where the dates of a column do not show it. ISO days are always read. A year of two digits is 2000–2068 or 1969–1999',
      ),
    customerId: id.optional().describe('Whose records these are, where a row names no customer'),
    productName: name().optional().describe('The product, where the file has no column for it'),
    sheet: z
      .string()
      .max(200)
      .optional()
      .describe(
        'The sheet of a workbook that is read, by its name or its number; the first with a header we know, unless said. `*` reads all sheets that have the columns of most of them, as one list: where no column names the customer, the name of the sheet does, in a column `Customer (sheet)` that the mapping can name',
      ),
    headerRow: z.coerce
      .number()
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe('The line on which the header stands; found by the names of its columns, unless said'),
    create: z
      .string()
      .max(20_000)
      .optional()
      .describe(
        'What may be made beside the records that the rows are about: a list of customers, products and equipment, by commas; customers,products unless said. One whose name is nearly that of a record is made only where it is named, as in customers:Unbekannt GmbH',
      ),
    onDifferent: z
      .string()
      .max(20_000)
      .optional()
      .describe(
        'What becomes of a row whose license key or license is there and says otherwise: `refuse` refuses it, `update` changes the record, `leave` leaves it as it is. Unless said, lists of software are refused, and others change its details, but not its product and owner. Single rows go by their lines, as in `refuse,update:11,leave:2!14` (line 14 of the second sheet)',
      ),
    goodRowsOnly: z
      .enum(['true', 'false'])
      .optional()
      .describe(
        'Imports the rows that are right, and keeps the others as a file with the reasons, for thirty days; at most 10,000 of them',
      ),
    dryRun: z
      .enum(['true', 'false'])
      .optional()
      .describe('Judges everything and writes nothing; answers what would come of it'),
  }),
  output: importResult,
  replay: 'rebuild',
  prefersAsync: true,
  costs: 'import',
  errors: ['not_found', 'import_running'],
});

export const getImport = endpoint({
  at: 'GET /imports/{id}',
  summary: 'One import: how far it is, and what came of it',
  permission: 'imports.run',
  output: importResult,
});

export const cancelImport = endpoint({
  at: 'POST /imports/{id}/cancel',
  summary: 'Stop a running import, or its undo; what it has done so far stays',
  permission: 'imports.run',
  output: importResult,
  replay: 'rebuild',
  errors: ['import_not_running'],
});

export const undoImport = endpoint({
  at: 'POST /imports/{id}/undo',
  summary: 'Undo an import: delete what it made and put back what it changed, but for what was touched since',
  permission: 'imports.undo',
  output: importResult,
  replay: 'rebuild',
  prefersAsync: true,
  costs: 'import',
  errors: ['import_not_undoable'],
});

export const getRejected = endpoint({
  at: 'GET /imports/{id}/rejected',
  summary:
    'The rows that an import left out, for whoever ran it (a token: within an hour), as a CSV file with the reasons in a last column, to be corrected and imported again; recorded',
  permission: 'imports.run',
  query: z.strictObject({
    lang: z
      .enum(languages, `lang takes ${languages.join(' or ')}.`)
      .optional()
      .describe('Language of the reasons'),
  }),
  outputType: 'text/csv',
  isRecorded: true,
  costs: 'read',
});
