import type { PlainFields } from './plain-field.ts';

/** What people write of a product beside its name. */
export const productFields = {
  code: {
    kind: 'text',
    column: 'code',
    says: 'A short name, such as MOFF',
    section: 'identification',
    max: 100,
    isUsual: true,
    isMono: true,
  },
  manufacturer: {
    kind: 'text',
    column: 'manufacturer',
    says: 'Who publishes it',
    section: 'identification',
    isUsual: true,
    givesWay: 1,
  },
  /** Judged by the contract: an address with http or https. */
  website: {
    kind: 'text',
    column: 'website',
    says: 'Its address on the web',
    section: 'identification',
    max: 500,
    isUnsearched: true,
    givesWay: 1,
  },
} as const satisfies PlainFields;
