import type { BodyOf } from '../../contract/endpoint.ts';
import type { updateProduct } from '../../contract/products.ts';
import { isUniqueViolation } from '../../db/faults.ts';
import type { ProductTable } from '../../db/tables.ts';
import { AppError } from '../../domain/errors.ts';
import { foldText } from '../../domain/fold.ts';
import { blankOf, columnsOf, type WrittenOf, withGiven, writtenOf } from '../../domain/records/plain-field.ts';
import { productFields } from '../../domain/records/product.ts';
import type { ReadCtx } from '../context.ts';
import { productNamed } from './product-queries.ts';
import { foldedProduct } from './resolve-product.ts';

/** A product as people write it; absent text is ''. */
export type ProductRecord = WrittenOf<typeof productFields> & { name: string; archived: boolean };
type ProductBody = BodyOf<typeof updateProduct>;

export const blankProduct: ProductRecord = { name: '', ...blankOf(productFields), archived: false };

export function productOf(row: Omit<ProductTable, 'version'>): ProductRecord {
  return { name: row.name, ...writtenOf(productFields, row), archived: row.archived === 1 };
}

/** The record with a body over it. */
export function withBody(record: ProductRecord, body: ProductBody): ProductRecord {
  return {
    name: body.name ?? record.name,
    ...withGiven(productFields, record, body),
    archived: body.archived ?? record.archived,
  };
}

export function productColumns({ archived, ...product }: ProductRecord) {
  const columns = columnsOf(productFields, product);
  return {
    name: product.name,
    ...columns,
    ...foldedProduct(product),
    archived: archived ? (1 as const) : (0 as const),
  };
}

/** Runs a change that gives a product a name; a name that another has is refused with that one (E4). */
export async function withUniqueName<T>(ctx: ReadCtx, name: string | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (name === undefined || !isUniqueViolation(error, 'product_name_f_key')) throw error;
    const id = await productNamed(ctx, foldText(name));
    const detail = `A product named ${name} exists already. Use that one, or choose another name.`;
    const errors = [{ pointer: '/name', code: 'name_taken', detail }];
    throw new AppError('name_taken', detail, errors, id ? { existing: { type: 'product', id } } : {});
  }
}
