import type { PlainFields } from './plain-field.ts';

/** What people write of a unit beside its name, its customer and its status. */
export const equipmentFields = {
  /** Unique over all units; its folded form has a column of its own. */
  serialNumber: {
    kind: 'mark',
    column: 'serial_number',
    says: 'Unique over all units',
    section: 'identification',
    isUsual: true,
  },
  /** Unique per customer; its folded form has a column of its own. */
  assetTag: {
    kind: 'mark',
    column: 'asset_tag',
    says: 'Inventory number or barcode, unique per customer',
    section: 'identification',
    max: 100,
    isUsual: true,
  },
  code: { kind: 'text', column: 'code', says: 'A short name of your own', section: 'identification', max: 100 },
  type: {
    kind: 'text',
    column: 'type',
    says: 'What it is, such as notebook, server or printer',
    section: 'information',
    max: 100,
    isUsual: true,
    givesWay: 1,
  },
  manufacturer: { kind: 'text', column: 'manufacturer', says: 'Who made it', section: 'information' },
  model: {
    kind: 'text',
    column: 'model',
    says: 'The name or number its manufacturer gave it',
    section: 'information',
  },
  location: {
    kind: 'text',
    column: 'location',
    says: 'Where it stands: town, floor, room',
    section: 'information',
    isUsual: true,
    givesWay: 1,
  },
  remarks: { kind: 'lines', column: 'remarks', says: 'Space for free input', section: 'information' },
} as const satisfies PlainFields;
