import { Button } from '@mantine/core';
import { IconPlaylistAdd, IconPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { createProduct, deleteProduct, getProduct, updateProduct } from '../../contract/products.ts';
import { productFields } from '../../domain/records/product.ts';
import { useMay } from '../api/me.ts';
import { AuditTrail } from '../audit/audit-trail.tsx';
import { describeBody } from '../form/describe.ts';
import { TextField } from '../form/fields.tsx';
import { OpenedRecord } from '../form/opened-record.tsx';
import { PlainFieldsOf } from '../form/plain-fields.tsx';
import { RecordPage, Section } from '../form/record-page.tsx';
import type { Values } from '../form/use-record-form.ts';
import { useStoredRecord } from '../form/use-stored-record.ts';
import { Neighbours } from '../grid/neighbours.tsx';
import { RelatedList } from '../grid/related-list.tsx';
import { keyKind } from '../keys/key-kind.tsx';
import { licenseKind } from '../licenses/license-kind.tsx';
import { ArchiveAndDelete } from '../ui/archive-and-delete.tsx';
import { ArchivedBadge } from '../ui/archived-badge.tsx';
import { Figures } from '../ui/figures.tsx';
import { RecordTabs } from '../ui/record-tabs.tsx';
import { useWords } from '../words/use-words.ts';
import { type Product, productKind } from './product-kind.tsx';

/** One product: its totals are computed, never typed (E4). */
export function Component() {
  return (
    <OpenedRecord<Product>
      name="products"
      get={getProduct}
      show={(product) => <ProductForm key={product?.id ?? 'new'} product={product} />}
    />
  );
}

const endpoints = { create: createProduct, get: getProduct, update: updateProduct };
const describe = describeBody(createProduct);
const fieldsOf = (product: Product): Values => ({ ...product });
const blank: Values = {};

function ProductForm({ product }: { product: Product | undefined }) {
  const { t } = useWords();
  const may = useMay();
  const initial = useMemo(() => (product ? fieldsOf(product) : blank), [product]);
  const { form, stale } = useStoredRecord({ name: 'products', record: product, initial, endpoints, fieldsOf });
  const mayWrite = may('products.write');
  const title = product?.name ?? t('products.new');
  return (
    <RecordPage
      title={title}
      beside={product?.archived && <ArchivedBadge />}
      status={product && <Neighbours kind={productKind} id={product.id} />}
      form={form}
      record="product"
      describe={describe}
      readOnly={!mayWrite}
      isNew={!product}
      stale={stale}
      actions={
        product && (
          <ArchiveAndDelete
            name="products"
            record={product}
            title={title}
            update={updateProduct}
            remove={deleteProduct}
            reason={mayWrite ? undefined : t('stored.onlyAdministrators')}
          />
        )
      }
      below={product && <ProductTabs product={product} />}
    >
      {product && <Totals product={product} />}
      <Section>
        <TextField field="name" required />
        <PlainFieldsOf fields={productFields} />
      </Section>
    </RecordPage>
  );
}

function Totals({ product: { id, keyCount, freeKeyCount, licenseCount } }: { product: Product }) {
  const { label, number } = useWords();
  return (
    <Figures
      figures={[
        { name: label('product', 'keyCount'), number: number(keyCount), to: `/keys?productId=${id}` },
        {
          name: label('product', 'freeKeyCount'),
          number: number(freeKeyCount),
          to: `/keys?productId=${id}&status=available&notYetValid=false`,
        },
        { name: label('product', 'licenseCount'), number: number(licenseCount), to: `/licenses?productId=${id}` },
      ]}
    />
  );
}

function ProductTabs({ product: { id } }: { product: Product }) {
  const { t, title } = useWords();
  const may = useMay();
  const query = { productId: id };
  const addKeys = may('keys.create') && (
    <>
      <Button component={Link} to={`/keys/new?productId=${id}`} variant="default" leftSection={<IconPlus size={16} />}>
        {t('keys.new')}
      </Button>
      <Button
        component={Link}
        to={`/keys/add-many?productId=${id}`}
        variant="default"
        leftSection={<IconPlaylistAdd size={16} />}
      >
        {t('keys.addMany')}
      </Button>
    </>
  );
  const addLicense = may('licenses.write') && (
    <Button
      component={Link}
      to={`/licenses/new?productId=${id}`}
      variant="default"
      leftSection={<IconPlus size={16} />}
    >
      {t('licenses.new')}
    </Button>
  );
  return (
    <RecordTabs
      tabs={[
        {
          value: 'keys',
          label: title('key'),
          content: () => <RelatedList kind={keyKind} query={query} without={['product']} actions={addKeys} />,
        },
        {
          value: 'licenses',
          label: title('license'),
          content: () => <RelatedList kind={licenseKind} query={query} without={['product']} actions={addLicense} />,
        },
        {
          value: 'audit',
          label: title('auditEntry'),
          content: () => <AuditTrail query={{ subject: `product:${id}` }} />,
        },
      ]}
    />
  );
}
