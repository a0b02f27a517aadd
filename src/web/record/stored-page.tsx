import { type ComponentType, useMemo } from 'react';
import type { Endpoint } from '../../contract/endpoint.ts';
import type { Action } from '../../domain/permissions.ts';
import { useMay } from '../api/me.ts';
import { describeBody } from '../form/describe.ts';
import { FormPage } from '../form/form-page.tsx';
import { OpenedRecord } from '../form/opened-record.tsx';
import type { Values } from '../form/use-record-form.ts';
import { type Stored, useStoredRecord } from '../form/use-stored-record.ts';
import { WhyNot } from '../form/why-not.tsx';
import type { ListKind } from '../grid/list-kind.ts';
import { ArchivedBadge } from '../ui/badges.tsx';
import { useWords } from '../words/use-words.ts';
import { RecordPage } from './record-page.tsx';
import type { RecordView } from './record-view.ts';
import { type Archivable, useArchiveAndDelete } from './use-archive-and-delete.tsx';

/** The page of a record that administrators write, and that is archived rather than deleted. */
export type StoredKind<Item extends Stored> = {
  kind: ListKind<Item, Archivable>;
  action: Action;
  endpoints: { create: Endpoint; get: Endpoint; update: Endpoint; remove: Endpoint };
  /** What the page of a new one is called. */
  newTitle: string;
  fieldsOf: (record: Item) => Values;
  /** What a new one begins with; the same value from one render to the next. */
  useBeginning?: () => Values;
  /** The fields of its form. */
  Fields: ComponentType<{ record: Item | undefined }>;
  /** What its page shows; `whyKept` says why it can be neither archived nor deleted. */
  useShown: (
    record: Item,
  ) => Pick<RecordView<Item>, 'title' | 'facts' | 'log' | 'tabs'> & { whyKept?: string | undefined };
};

type Props<Item extends Stored> = { of: StoredKind<Item>; record: Item | undefined };
type Archived = Stored & { archived: boolean };

/** One of them, or a new one, as the address says. */
export function StoredPage<Item extends Archived>({ of }: Pick<Props<Item>, 'of'>) {
  return (
    <OpenedRecord<Item>
      name={of.kind.name}
      get={of.endpoints.get}
      show={(record) => <Page key={record?.id ?? 'new'} of={of} record={record} />}
    />
  );
}

const blank: Values = {};
const useBlank = (): Values => blank;

function Page<Item extends Archived>({ of, record }: Props<Item>) {
  const { kind, endpoints, fieldsOf, useBeginning = useBlank, Fields } = of;
  const { t } = useWords();
  const beginning = useBeginning();
  const initial = useMemo(() => (record ? fieldsOf(record) : beginning), [record, fieldsOf, beginning]);
  const { form, stale } = useStoredRecord({ name: kind.name, record, initial, endpoints, fieldsOf });
  const readOnly = !useMay()(of.action);
  const whyNotEdited = readOnly ? t('stored.onlyAdministrators') : undefined;
  const describe = useMemo(() => describeBody(endpoints.create), [endpoints]);
  const scope = { form, record: kind.record, describe, readOnly };
  if (record) return <Opened of={of} record={record} {...{ scope, stale, whyNotEdited }} />;
  return (
    <FormPage {...scope} isNew title={t(of.newTitle)} actions={<WhyNot why={whyNotEdited} />}>
      <Fields record={undefined} />
    </FormPage>
  );
}

type OpenedProps<Item extends Archived> = Pick<RecordView<Item>, 'scope' | 'stale' | 'whyNotEdited'> & {
  of: StoredKind<Item>;
  record: Item;
};

function Opened<Item extends Archived>({ of, record, ...view }: OpenedProps<Item>) {
  const { kind, endpoints, Fields, useShown } = of;
  const { whyKept, ...shown } = useShown(record);
  const { verbs, dialog } = useArchiveAndDelete({
    name: kind.name,
    record,
    title: shown.title,
    update: endpoints.update,
    remove: endpoints.remove,
    reason: view.whyNotEdited ?? whyKept,
  });
  return (
    <>
      <RecordPage
        {...view}
        {...shown}
        kind={kind}
        id={record.id}
        beside={record.archived && <ArchivedBadge />}
        verbs={verbs}
      >
        <Fields record={record} />
      </RecordPage>
      {dialog}
    </>
  );
}
