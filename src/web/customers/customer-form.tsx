import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { createCustomer, deleteCustomer, getCustomer, updateCustomer } from '../../contract/customers.ts';
import { customerFields } from '../../domain/records/customer.ts';
import { useMay } from '../api/me.ts';
import { AuditTrail } from '../audit/audit-trail.tsx';
import { equipmentKind } from '../equipment/equipment-kind.tsx';
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
import { RecordTabs } from '../ui/record-tabs.tsx';
import { useWords } from '../words/use-words.ts';
import { type Customer, customerKind } from './customer-kind.tsx';

/** One customer with its units, keys and licenses (E5). */
export function Component() {
  return (
    <OpenedRecord<Customer>
      name="customers"
      get={getCustomer}
      show={(customer) => <CustomerForm key={customer?.id ?? 'new'} customer={customer} />}
    />
  );
}

const endpoints = { create: createCustomer, get: getCustomer, update: updateCustomer };
const describe = describeBody(createCustomer);
const fieldsOf = (customer: Customer): Values => ({ ...customer });
const blank: Values = {};

function CustomerForm({ customer }: { customer: Customer | undefined }) {
  const { t } = useWords();
  const may = useMay();
  const initial = useMemo(() => (customer ? fieldsOf(customer) : blank), [customer]);
  const { form, stale } = useStoredRecord({ name: 'customers', record: customer, initial, endpoints, fieldsOf });
  const mayWrite = may('customers.write');
  const title = customer?.name ?? t('customers.new');
  const reason = !mayWrite ? t('stored.onlyAdministrators') : customer?.isHouse ? t('customers.houseStays') : undefined;
  return (
    <RecordPage
      title={title}
      beside={customer?.archived && <ArchivedBadge />}
      status={customer && <Neighbours kind={customerKind} id={customer.id} />}
      form={form}
      record="customer"
      describe={describe}
      readOnly={!mayWrite}
      isNew={!customer}
      stale={stale}
      actions={
        customer && (
          <ArchiveAndDelete
            name="customers"
            record={customer}
            title={title}
            update={updateCustomer}
            remove={deleteCustomer}
            reason={reason}
          />
        )
      }
      below={customer && <CustomerTabs customer={customer} />}
    >
      <Section>
        <TextField field="name" required />
        <PlainFieldsOf fields={customerFields} />
      </Section>
    </RecordPage>
  );
}

function CustomerTabs({ customer: { id } }: { customer: Customer }) {
  const { t, title } = useWords();
  const may = useMay();
  const query = { customerId: id };
  const without = ['customer'];
  const add = (list: string, word: string) => (
    <Button
      component={Link}
      to={`/${list}/new?customerId=${id}`}
      variant="default"
      leftSection={<IconPlus size={16} />}
    >
      {t(word)}
    </Button>
  );
  return (
    <RecordTabs
      tabs={[
        {
          value: 'equipment',
          label: title('equipment'),
          content: () => (
            <RelatedList
              kind={equipmentKind}
              query={query}
              without={without}
              actions={may('equipment.create') && add('equipment', 'customers.newUnit')}
            />
          ),
        },
        {
          value: 'keys',
          label: title('key'),
          content: () => (
            <RelatedList
              kind={keyKind}
              query={query}
              without={without}
              actions={may('keys.create') && add('keys', 'keys.new')}
            />
          ),
        },
        {
          value: 'licenses',
          label: title('license'),
          content: () => (
            <RelatedList
              kind={licenseKind}
              query={query}
              without={without}
              actions={may('licenses.write') && add('licenses', 'licenses.new')}
            />
          ),
        },
        { value: 'audit', label: title('auditEntry'), content: () => <AuditTrail query={query} /> },
      ]}
    />
  );
}
