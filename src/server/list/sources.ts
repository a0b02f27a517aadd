import { type Assignment, assignmentSource } from '../assignments/assignment-queries.ts';
import { type AuditItem, auditSource } from '../audit/audit-queries.ts';
import type { ReadCtx } from '../context.ts';
import { type Customer, customerSource } from '../customers/customer-queries.ts';
import { type Equipment, equipmentSource } from '../equipment/equipment-queries.ts';
import { type Key, keySource } from '../keys/key-queries.ts';
import { type License, licenseSource } from '../licenses/license-queries.ts';
import { type User, userSource } from '../people/user-queries.ts';
import { type Product, productSource } from '../products/product-queries.ts';
import type { ListSource } from './run-list.ts';

/** What the lists consist of, by the word in their address. */
export type ItemOf = {
  keys: Key;
  assignments: Assignment;
  equipment: Equipment;
  products: Product;
  licenses: License;
  customers: Customer;
  users: User;
  audit: AuditItem;
};
export type ListName = keyof ItemOf;

/** Where every list comes from: its page and its file are made of the same. */
export const sources: { [Name in ListName]: (ctx: ReadCtx) => Promise<ListSource<ItemOf[Name]>> } = {
  keys: keySource,
  assignments: assignmentSource,
  equipment: equipmentSource,
  products: productSource,
  licenses: licenseSource,
  customers: customerSource,
  users: userSource,
  audit: auditSource,
};
