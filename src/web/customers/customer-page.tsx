import { createCustomer, deleteCustomer, getCustomer, updateCustomer } from '../../contract/customers.ts';
import { customerFields } from '../../domain/records/customer.ts';
import { TextField } from '../form/fields.tsx';
import { PlainFieldsOf } from '../form/plain-fields.tsx';
import { Section } from '../form/section.tsx';
import { type StoredKind, StoredPage } from '../record/stored-page.tsx';
import { useWords } from '../words/use-words.ts';
import { type Customer, customerKind } from './customer-kind.tsx';
import { useCustomerFacts } from './use-customer-facts.tsx';
import { useCustomerTabs } from './use-customer-tabs.tsx';

const customers: StoredKind<Customer> = {
  kind: customerKind,
  action: 'customers.write',
  endpoints: { create: createCustomer, get: getCustomer, update: updateCustomer, remove: deleteCustomer },
  newTitle: 'customers.new',
  fieldsOf: (customer) => ({ ...customer }),
  Fields,
  useShown: (customer) => {
    const { t } = useWords();
    const tabs = useCustomerTabs(customer);
    return {
      title: customer.name,
      facts: useCustomerFacts(customer, tabs),
      log: { customerId: customer.id },
      tabs,
      whyKept: customer.isHouse ? t('customers.houseStays') : undefined,
    };
  },
};

/** One customer with its units, keys and licenses (E5). */
export function Component() {
  return <StoredPage of={customers} />;
}

function Fields() {
  return (
    <Section>
      <TextField field="name" required />
      <PlainFieldsOf fields={customerFields} />
    </Section>
  );
}
