import { listAssignments } from '../../contract/assignments.ts';
import { listAudit } from '../../contract/audit.ts';
import { listKeys } from '../../contract/keys.ts';
import type { RowsOf } from '../grid/rows-of.ts';

export type Report = RowsOf & { name: string };

/** The reports of the guide (L5), each a list that is filtered and grouped for it. */
export const reports: { title: string; reports: readonly Report[] }[] = [
  {
    title: 'deployment',
    reports: [
      { name: 'compliance', list: listKeys, query: { inUse: 'true', groupBy: 'status' } },
      { name: 'softwareAudit', list: listAssignments, query: { groupBy: 'equipment', sort: 'product' } },
      { name: 'technicians', list: listAssignments, query: { state: 'all', groupBy: 'appliedBy' } },
      {
        name: 'deployment',
        list: listAssignments,
        query: { state: 'all', groupBy: 'appliedOnMonth', sort: 'appliedOn' },
      },
    ],
  },
  {
    title: 'trail',
    reports: [
      { name: 'licenseAudit', list: listKeys, query: { inUse: 'true', groupBy: 'licenseId', sort: 'product' } },
      { name: 'verification', list: listAudit, query: { action: 'applied', groupBy: 'equipmentId' } },
      { name: 'recovery', list: listAssignments, query: { state: 'removed', groupBy: 'product', sort: '-removedOn' } },
      { name: 'users', list: listAudit, query: { groupBy: 'actorId' } },
    ],
  },
];
