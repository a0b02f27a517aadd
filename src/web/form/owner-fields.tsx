import { listCustomers } from '../../contract/customers.ts';
import { listProducts } from '../../contract/products.ts';
import { useWords } from '../words/use-words.ts';
import { useForm } from './form-context.ts';
import { type Named, ReferenceField } from './reference-field.tsx';

type Props = { chosen: Named | null | undefined };
type CustomerProps = Props & { required?: boolean };

const present = { archived: 'false' };

/** Whose record this is. */
export function CustomerField({ chosen, required = true }: CustomerProps) {
  const { label } = useWords();
  const { record } = useForm();
  return (
    <ReferenceField
      field="customerId"
      label={label(record, 'customer')}
      required={required}
      list={listCustomers}
      query={present}
      chosen={chosen}
    />
  );
}

/** What the record is for; a product that is not there yet is made by its name. */
export function ProductField({ chosen }: Props) {
  const { t, label } = useWords();
  const { record } = useForm();
  return (
    <ReferenceField
      field="productId"
      label={label(record, 'product')}
      required
      list={listProducts}
      query={present}
      chosen={chosen}
      create={{ field: 'productName', word: (name) => t('form.newProduct', { name }) }}
    />
  );
}
