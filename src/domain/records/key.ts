import type { PlainFields } from './plain-field.ts';

/** What people write of a key that is neither its text, its product, its validity, its seats, its license nor its owner. */
export const keyFields = {
  code: {
    kind: 'text',
    column: 'code',
    says: 'A short name of your own, such as MOFF for Microsoft Office',
    section: 'identification',
    max: 100,
  },
  serialNumber: {
    kind: 'mark',
    column: 'serial_number',
    says: "The product's serial number, usually on the package",
    section: 'identification',
  },
  activationDate: {
    kind: 'day',
    column: 'activation_date',
    says: 'The day the software was activated with this key',
    section: 'identification',
  },
  purchaseDate: {
    kind: 'day',
    column: 'purchase_date',
    says: "When it was bought; where empty, its license's",
    section: 'information',
  },
  termsOfUse: {
    kind: 'lines',
    column: 'terms_of_use',
    says: "What the license allows; where empty, its license's",
    section: 'information',
    isUnsearched: true,
    isUnlisted: true,
  },
  remarks: { kind: 'lines', column: 'remarks', says: 'Space for free input', section: 'information' },
} as const satisfies PlainFields;
