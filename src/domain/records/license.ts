import type { PlainFields } from './plain-field.ts';

/** What people write of a license that is neither its product, its owner, its quantity nor its cost. */
export const licenseFields = {
  start: { kind: 'day', column: 'start_day', says: 'The first day the license is valid', section: 'identification' },
  end: { kind: 'day', column: 'end_day', says: 'The last day the license is valid', section: 'identification' },
  noticeBy: {
    kind: 'day',
    column: 'notice_by',
    says: 'The last day to cancel it',
    section: 'identification',
    called: [
      ...['notice', 'notice date', 'notice day', 'cancel by', 'cancellation date', 'cancellation deadline'],
      ...[
        'Kündigung bis',
        'Kündigen bis',
        'Kündigungsfrist bis',
        'Kündigungstermin',
        'Kündigungsdatum',
        'Kündigungstag',
      ],
    ],
  },
  barcode: {
    kind: 'mark',
    column: 'barcode',
    says: 'The barcode on the package or certificate',
    section: 'identification',
  },
  purchaseDate: {
    kind: 'day',
    column: 'purchase_date',
    says: 'When it was bought; keys without a date of their own take this one',
    section: 'purchase',
  },
  /** Judged by the contract: three capital letters. */
  currency: {
    kind: 'text',
    column: 'currency',
    says: 'Three capital letters, such as EUR',
    section: 'purchase',
    max: 3,
  },
  supplier: { kind: 'text', column: 'supplier', says: 'Who sold it', section: 'purchase' },
  orderNumber: {
    kind: 'text',
    column: 'order_number',
    says: "The number of the order; it is part of the license's name",
    section: 'purchase',
    isUsual: true,
    isMono: true,
  },
  invoiceNumber: {
    kind: 'text',
    column: 'invoice_number',
    says: 'The number of the invoice',
    section: 'purchase',
    isMono: true,
  },
  costCenter: {
    kind: 'text',
    column: 'cost_center',
    says: 'The cost center that paid',
    section: 'purchase',
    isMono: true,
  },
  termsOfUse: {
    kind: 'lines',
    column: 'terms_of_use',
    says: 'What the software may be used for; keys without terms of their own take these',
    section: 'information',
    isUnsearched: true,
  },
  remarks: { kind: 'lines', column: 'remarks', says: 'Space for free input', section: 'information' },
} as const satisfies PlainFields;
