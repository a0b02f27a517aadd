import { useMemo } from 'react';
import { createCustomer, deleteCustomer, getCustomer, updateCustomer } from '../../contract/customers.ts';
import { customerFields } from '../../domain/records/customer.ts';
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
import { type Customer, customerKind } from './customer-kind.tsx';
import { useCustomerFacts } from './use-customer-facts.tsx';
import { useCustomerTabs } from './use-customer-tabs.tsx';

/** One customer with its units, keys and licenses (E5). */
export function Component() {
  return (
    <OpenedRecord<Customer>
      name="customers"
      get={getCustomer}
      show={(customer) => <CustomerPage key={customer?.id ?? 'new'} customer={customer} />}
    />
  );
}

const endpoints = { create: createCustomer, get: getCustomer, update: updateCustomer };
const describe = describeBody(createCustomer);
const fieldsOf = (customer: Customer): Values => ({ ...customer });
const blank: Values = {};

function CustomerPage({ customer }: { customer: Customer | undefined }) {
  const { t } = useWords();
  const initial = useMemo(() => (customer ? fieldsOf(customer) : blank), [customer]);
  const stored = { name: 'customers', record: customer, initial, endpoints, fieldsOf };
  const view = useStoredScope({ ...stored, as: 'customer', action: 'customers.write', describe });
  if (customer) return <Opened customer={customer} {...view} />;
  return (
    <FormPage {...view.scope} isNew title={t('customers.new')} actions={<WhyNot why={view.whyNotEdited} />}>
      <Fields />
    </FormPage>
  );
}

function Fields() {
  return (
    <Section>
      <TextField field="name" required />
      <PlainFieldsOf fields={customerFields} />
    </Section>
  );
}

type OpenedProps = Pick<RecordView<Customer>, 'scope' | 'stale' | 'whyNotEdited'> & { customer: Customer };

function Opened({ customer, ...view }: OpenedProps) {
  const { t } = useWords();
  const { id, name, archived, isHouse } = customer;
  const { verbs, dialog } = useArchiveAndDelete({
    name: 'customers',
    record: customer,
    title: name,
    update: updateCustomer,
    remove: deleteCustomer,
    reason: view.whyNotEdited ?? (isHouse ? t('customers.houseStays') : undefined),
  });
  const tabs = useCustomerTabs(customer);
  return (
    <>
      <RecordPage
        {...view}
        kind={customerKind}
        id={id}
        title={name}
        beside={archived && <ArchivedBadge />}
        verbs={verbs}
        facts={useCustomerFacts(customer, tabs)}
        log={{ customerId: id }}
        tabs={tabs}
      >
        <Fields />
      </RecordPage>
      {dialog}
    </>
  );
}
