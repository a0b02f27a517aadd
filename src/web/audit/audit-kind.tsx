import { auditList, listAudit } from '../../contract/audit.ts';
import type { ListKind } from '../grid/list-kind.ts';
import { ActionBadge } from './action-badge.tsx';
import { EntryWords } from './entry-words.tsx';
import type { Entry } from './fold-entries.ts';

/** The log as a list like any other: what stands under a group, and what a file is called by. */
export const auditKind: ListKind<Entry> = {
  name: 'audit',
  record: 'auditEntry',
  endpoint: listAudit,
  spec: auditList,
  idOf: ({ idx }) => String(idx),
  to: ({ idx }) => `/audit?idx=${idx}`,
  columns: [
    { field: 'at', isUsual: true, isSortable: false, show: ({ at }, { moment }) => moment(at) },
    { field: 'action', isUsual: true, isSortable: false, show: (entry) => <ActionBadge entry={entry} /> },
    { field: 'sentence', isUsual: true, givesWay: 2, show: (entry) => <EntryWords entry={entry} /> },
    { field: 'idx', isUsual: true, numeric: true, isSortable: false, show: ({ idx }, { number }) => number(idx) },
  ],
  card: (entry, { moment }) => ({ title: <EntryWords entry={entry} />, below: moment(entry.at) }),
  views: [{ word: 'grid.views.of.audit.all', query: '' }],
  groups: ['actorId', 'equipmentId', 'customerId'],
};
