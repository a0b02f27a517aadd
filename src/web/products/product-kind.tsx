import type { z } from 'zod';
import { listProducts, productList, type product as productSchema } from '../../contract/products.ts';
import { productFields } from '../../domain/records/product.ts';
import type { ListKind } from '../grid/list-kind.ts';
import { plainColumns } from '../grid/plain-columns.tsx';
import { NoneFree } from '../ui/badges.tsx';

export type Product = z.output<typeof productSchema>;

export const productKind: ListKind<Product, 'products'> = {
  name: 'products',
  record: 'product',
  endpoint: listProducts,
  spec: productList,
  idOf: ({ id }) => id,
  to: ({ id }) => `/products/${id}`,
  columns: [
    { field: 'name', isUsual: true, givesWay: 2, show: ({ name }) => name },
    ...plainColumns<typeof productFields, Product>(productFields),
    { field: 'keyCount', isUsual: true, numeric: true, show: ({ keyCount }, { number }) => number(keyCount) },
    {
      field: 'freeKeyCount',
      isUsual: true,
      numeric: true,
      show: ({ freeKeyCount, keyCount }, { number }) =>
        freeKeyCount === 0 && keyCount > 0 ? <NoneFree /> : number(freeKeyCount),
    },
    {
      field: 'licenseCount',
      isUsual: true,
      numeric: true,
      show: ({ licenseCount }, { number }) => number(licenseCount),
    },
    { field: 'archived', show: ({ archived }, { value }) => value('yesNo', archived ? 'true' : 'false') },
    { field: 'createdAt', show: ({ createdAt }, { moment }) => moment(createdAt) },
  ],
  card: (item, { t, number }) => ({
    title: item.name,
    below: [
      item.manufacturer,
      t('products.card', { keys: number(item.keyCount), free: number(item.freeKeyCount), count: item.keyCount }),
    ]
      .filter(Boolean)
      .join(' · '),
  }),
  views: [
    { word: 'grid.views.of.products.all', query: '' },
    { word: 'grid.views.of.products.noneFree', query: 'archived=false&freeKeyCount=0&keyCountFrom=1' },
  ],
  groups: ['manufacturer', 'archived'],
};
