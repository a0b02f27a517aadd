import type { Happening } from './build-log.ts';

/** A small history with everything in it that the log has rules for: links, scopes, a deleted key, odd characters. */
export const story: Happening[] = [
  { action: 'customer.created', customer: 'Nordwerk', subject: 'customer:nordwerk', body: { name: 'Nordwerk GmbH' } },
  { action: 'equipment.created', unit: 'press', customer: 'Nordwerk', body: { name: 'Press 4', serial: 'P4-0091' } },
  { action: 'equipment.created', unit: 'lathe', customer: 'Nordwerk', body: { name: 'Drehbank „Süd“' } },
  { action: 'key.created', key: 'alpha', customer: 'Nordwerk', body: { maskedKey: '•••••-12345', seats: 2 } },
  { action: 'key.created', key: 'beta', customer: 'Nordwerk', body: { maskedKey: '•••••-AB77Q', seats: 1 } },
  { action: 'key.created', key: 'gamma', body: { maskedKey: '•••••-00X1Z', seats: null } },
  { action: 'key.applied', key: 'alpha', unit: 'press', customer: 'Nordwerk' },
  { action: 'key.applied', key: 'beta', unit: 'press', customer: 'Nordwerk' },
  { action: 'key.revealed', key: 'alpha', unit: 'press', customer: 'Nordwerk', body: { reason: 'new disk' } },
  { action: 'key.removed', key: 'beta', unit: 'press', customer: 'Nordwerk' },
  { action: 'session.refused', subject: 'user:mara', body: { count: 3, address: '198.51.100.7' } },
  { action: 'key.applied', key: 'gamma', unit: 'lathe', customer: 'Nordwerk' },
  { action: 'key.revoked', key: 'beta', customer: 'Nordwerk', body: { remark: 'refunded' } },
  { action: 'key.deleted', key: 'beta', customer: 'Nordwerk', body: { erasedEntries: 4 } },
  { action: 'entries.erased', key: 'beta', customer: 'Nordwerk', erases: [4, 7, 9, 12] },
  { action: 'key.expired', key: 'alpha', customer: 'Nordwerk' },
  { action: 'user.updated', subject: 'user:"mara"\\\u0001\n/é€😀\u2028', body: { name: 'Mara "M." Vogt\u0000\t😀' } },
  { action: 'key.renewed', key: 'alpha', customer: 'Nordwerk', body: { validUntil: ['2026-11-20', '2027-11-20'] } },
  { action: 'export.completed', subject: 'export:1', body: { rows: 3 } },
  { action: 'key.removed', key: 'gamma', unit: 'lathe', customer: 'Nordwerk' },
  { action: 'equipment.updated', unit: 'lathe', customer: 'Nordwerk', body: { status: ['in service', 'retired'] } },
  { action: 'key.applied', key: 'gamma', unit: 'press', customer: 'Nordwerk' },
  { action: 'settings.updated', subject: 'settings:mail', body: { from: 'keys@example.com' } },
];

export const storyCheckpoints = [5, 10, 15, 23];
