import type { PlainFields } from './plain-field.ts';

/** What people write of a customer beside its name. */
export const customerFields = {
  number: {
    kind: 'text',
    column: 'number',
    says: 'The customer number of another system',
    section: 'identification',
    max: 100,
    called: ['customer number', 'Kundennummer', 'Kundennr'],
    isUsual: true,
  },
  contact: {
    kind: 'lines',
    column: 'contact',
    says: 'Person, phone, address: free, several lines',
    section: 'identification',
    max: 1000,
    isUsual: true,
    givesWay: 2,
  },
} as const satisfies PlainFields;
