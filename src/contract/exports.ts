import { z } from 'zod';
import { languages } from '../domain/languages.ts';
import type { Action } from '../domain/permissions.ts';
import { assignmentList } from './assignments.ts';
import { auditList } from './audit.ts';
import { customerList } from './customers.ts';
import { endpointsOf } from './endpoint.ts';
import { equipmentList } from './equipment.ts';
import { keyList } from './keys.ts';
import { licenseList } from './licenses.ts';
import type { ListSpec } from './list.ts';
import { userList } from './people.ts';
import { productList } from './products.ts';
import { reason, text } from './values.ts';

/** The content type of each file format. */
export const exportFormats = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;
export type ExportFormat = keyof typeof exportFormats;

const format = z.enum(['csv', 'xlsx'], 'format takes csv or xlsx.');
const columns = text({ max: 4000 }).describe(
  'Fields by comma, in the order of the file. Internal ID and Version always come first. Default: all but ids that stand beside a name',
);
const lang = z
  .enum(languages, `lang takes ${languages.join(' or ')}.`)
  .describe("Language of headers, words and decimal points. Default: the organisation's");

const endpoint = endpointsOf('Exports');
const outputType = Object.values(exportFormats);

/** The file of a list: takes the list's own filters and sort. Rows that others change meanwhile may or may not be in it. */
function exportOf(path: string, permission: Action, list: ListSpec) {
  return endpoint({
    at: `GET ${path}/export`,
    summary: `The list ${path.slice(1)} as a CSV or XLSX file: all rows, as filtered and sorted; recorded`,
    permission,
    alsoNeeds: 'exports.run',
    list: {
      ...list,
      isWhole: true,
      extra: { ...list.extra, format: format.describe('csv (the default) or xlsx'), columns, lang },
    },
    outputType,
    isRecorded: true,
    costs: 'read',
  });
}

export const exportKeys = exportOf('/keys', 'keys.read', keyList);
export const exportAssignments = exportOf('/assignments', 'assignments.read', assignmentList);
export const exportEquipment = exportOf('/equipment', 'equipment.read', equipmentList);
export const exportProducts = exportOf('/products', 'products.read', productList);
export const exportLicenses = exportOf('/licenses', 'licenses.read', licenseList);
export const exportCustomers = exportOf('/customers', 'customers.read', customerList);
export const exportUsers = exportOf('/users', 'people.read', userList);
export const exportLog = exportOf('/audit', 'audit.read', auditList);

export const exportKeyTexts = endpoint({
  at: 'POST /keys/export',
  summary: 'Keys with their license keys in clear; each is recorded as revealed before any text leaves',
  permission: 'keys.export',
  list: { ...keyList, isWhole: true },
  body: z.strictObject({ reason, format: format.optional(), columns: columns.optional(), lang: lang.optional() }),
  outputType,
  replay: 'never',
  costs: 'read',
  errors: ['too_large'],
});
