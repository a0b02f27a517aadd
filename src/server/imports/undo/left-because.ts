import type { AuditAction } from '../../../domain/audit/actions.ts';
import { type Fault, problems } from '../../../domain/errors.ts';

/** What happened to a record since an import, where that keeps it as it is: of an action, the code of why. */
export const sinceCodes: Partial<Record<AuditAction, string>> = {
  'key.updated': 'changed_since',
  'key.mended': 'changed_since',
  'key.applied': 'applied_since',
  'key.removed': 'applied_since',
  'assignment.updated': 'applied_since',
  'assignment.deleted': 'applied_since',
  'key.revealed': 'revealed_since',
  'key.renewed': 'renewed_since',
  'key.revoked': 'revoked_since',
  'key.reinstated': 'revoked_since',
  'key.replaced': 'replaced_since',
};

const faults: readonly Fault[] = [
  { code: 'changed_since', detail: 'Somebody has changed it since the import.' },
  { code: 'applied_since', detail: 'It has been applied or removed since the import.' },
  { code: 'revealed_since', detail: 'Its license key or file has been shown since the import: somebody may use it.' },
  { code: 'renewed_since', detail: 'It has been renewed since the import.' },
  { code: 'revoked_since', detail: 'It has been revoked or reinstated since the import.' },
  { code: 'replaced_since', detail: 'It has been replaced since the import.' },
  { code: 'still_in_use', detail: 'Other records point to it.' },
  { code: 'not_as_logged', detail: 'Its row is not as the audit log tells. On the server, keybook doctor says more.' },
];

/** Why a record is left, in a sentence that names none. */
export function leftBecause(code: string): Fault {
  const known = faults.find((fault) => fault.code === code);
  const problem = Object.entries(problems).find(([name]) => name === code)?.[1];
  return known ?? { code, detail: problem ? `${problem.title}.` : 'It could not be put back.' };
}
