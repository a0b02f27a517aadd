import type { Step } from '../step.ts';

/** Whether a customer has a key or a license of a product: of each product, for whoever sees some customers only. */
export const step: Step = () => [
  'DROP INDEX key_by_customer',
  'CREATE INDEX key_by_customer ON "key" (customer_id, product_id)',
  'DROP INDEX license_by_customer',
  'CREATE INDEX license_by_customer ON license (customer_id, product_id)',
];
