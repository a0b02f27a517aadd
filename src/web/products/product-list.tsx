import { RecordList } from '../grid/record-list.tsx';
import { useWords } from '../words/use-words.ts';
import { productKind } from './product-kind.tsx';

/** Products, which a key calls its feature. */
export function Component() {
  const { t } = useWords();
  return <RecordList kind={productKind} create="products.write" title={t('nav.products')} />;
}
