import type { Step } from '../step.ts';

/**
 * Lists of keys by what screens filter and order: what a condition on one of these asks beside stands in the index, so that
 * no row is read which is not shown. A status is a range of the first; what changes with every apply (`hold`) stands in that alone.
 */
export const step: Step = () => [
  'DROP INDEX key_by_status',
  'CREATE INDEX key_by_status ON "key" (hold, validity_end, id, key_type, product_id, customer_id)',
  'DROP INDEX key_by_product',
  'CREATE INDEX key_by_product ON "key" (product_id, validity_end, id, key_type, customer_id)',
  'DROP INDEX key_by_customer',
  'CREATE INDEX key_by_customer ON "key" (customer_id, product_id, validity_end, id, key_type)',
];
