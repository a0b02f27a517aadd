import { createProduct, deleteProduct, getProduct, updateProduct } from '../../contract/products.ts';
import { productFields } from '../../domain/records/product.ts';
import { TextField } from '../form/fields.tsx';
import { PlainFieldsOf } from '../form/plain-fields.tsx';
import { Section } from '../form/section.tsx';
import { type StoredKind, StoredPage } from '../record/stored-page.tsx';
import { type Product, productKind } from './product-kind.tsx';
import { useProductFacts } from './use-product-facts.tsx';
import { useProductTabs } from './use-product-tabs.tsx';

const products: StoredKind<Product> = {
  kind: productKind,
  action: 'products.write',
  endpoints: { create: createProduct, get: getProduct, update: updateProduct, remove: deleteProduct },
  newTitle: 'products.new',
  fieldsOf: (product) => ({ ...product }),
  Fields,
  useShown: (product) => ({
    title: product.name,
    facts: useProductFacts(product),
    log: { subject: `product:${product.id}` },
    tabs: useProductTabs(product),
  }),
};

/** One product: its totals are computed, never typed (E4). */
export function Component() {
  return <StoredPage of={products} />;
}

function Fields() {
  return (
    <Section>
      <TextField field="name" required />
      <PlainFieldsOf fields={productFields} />
    </Section>
  );
}
