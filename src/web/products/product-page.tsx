import { useMemo } from 'react';
import { createProduct, deleteProduct, getProduct, updateProduct } from '../../contract/products.ts';
import { productFields } from '../../domain/records/product.ts';
import { describeBody } from '../form/describe.ts';
import { TextField } from '../form/fields.tsx';
import { FormPage } from '../form/form-page.tsx';
import { OpenedRecord } from '../form/opened-record.tsx';
import { PlainFieldsOf } from '../form/plain-fields.tsx';
import { Section } from '../form/section.tsx';
import type { Values } from '../form/use-record-form.ts';
import { useStoredScope } from '../form/use-stored-scope.ts';
import { WhyNot } from '../form/why-not.tsx';
import { RecordPage } from '../record/record-page.tsx';
import type { RecordView } from '../record/record-view.ts';
import { useArchiveAndDelete } from '../record/use-archive-and-delete.tsx';
import { ArchivedBadge } from '../ui/archived-badge.tsx';
import { useWords } from '../words/use-words.ts';
import { type Product, productKind } from './product-kind.tsx';
import { useProductFacts } from './use-product-facts.tsx';
import { useProductTabs } from './use-product-tabs.tsx';

/** One product: its totals are computed, never typed (E4). */
export function Component() {
  return (
    <OpenedRecord<Product>
      name="products"
      get={getProduct}
      show={(product) => <ProductPage key={product?.id ?? 'new'} product={product} />}
    />
  );
}

const endpoints = { create: createProduct, get: getProduct, update: updateProduct };
const describe = describeBody(createProduct);
const fieldsOf = (product: Product): Values => ({ ...product });
const blank: Values = {};

function ProductPage({ product }: { product: Product | undefined }) {
  const { t } = useWords();
  const initial = useMemo(() => (product ? fieldsOf(product) : blank), [product]);
  const stored = { name: 'products', record: product, initial, endpoints, fieldsOf };
  const view = useStoredScope({ ...stored, as: 'product', action: 'products.write', describe });
  if (product) return <Opened product={product} {...view} />;
  return (
    <FormPage {...view.scope} isNew title={t('products.new')} actions={<WhyNot why={view.whyNotEdited} />}>
      <Fields />
    </FormPage>
  );
}

function Fields() {
  return (
    <Section>
      <TextField field="name" required />
      <PlainFieldsOf fields={productFields} />
    </Section>
  );
}

type OpenedProps = Pick<RecordView<Product>, 'scope' | 'stale' | 'whyNotEdited'> & { product: Product };

function Opened({ product, ...view }: OpenedProps) {
  const { id, name, archived } = product;
  const { verbs, dialog } = useArchiveAndDelete({
    name: 'products',
    record: product,
    title: name,
    update: updateProduct,
    remove: deleteProduct,
    reason: view.whyNotEdited,
  });
  return (
    <>
      <RecordPage
        {...view}
        kind={productKind}
        id={id}
        title={name}
        beside={archived && <ArchivedBadge />}
        verbs={verbs}
        facts={useProductFacts(product)}
        log={{ subject: `product:${id}` }}
        tabs={useProductTabs(product)}
      >
        <Fields />
      </RecordPage>
      {dialog}
    </>
  );
}
