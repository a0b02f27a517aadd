import { listAudit } from '../../contract/audit.ts';
import type { Entry } from '../audit/fold-entries.ts';
import { FormPage } from '../form/form-page.tsx';
import { Neighbours } from '../grid/neighbours.tsx';
import { useFirst } from '../grid/use-total.ts';
import { PageHead } from '../ui/page-head.tsx';
import { RecordTabs } from '../ui/record-tabs.tsx';
import { FilledLine } from './filled-line.tsx';
import type { RecordView } from './record-view.ts';
import { Strip } from './strip.tsx';
import { useRecordTabs } from './use-record-tabs.tsx';
import { VerbBar } from './verb-bar.tsx';

/** The page of a record: reading comes first, and Edit turns it into its form. */
export function RecordPage<Item>(view: RecordView<Item>) {
  const { scope, title, mark, status, stale, children } = view;
  if (scope.form.isEditing && !scope.readOnly)
    return <FormPage {...{ ...scope, title, mark, status, stale, children }} />;
  return <Reading {...view} />;
}

function Reading<Item>(view: RecordView<Item>) {
  const { kind, id, title, mark, beside, status, scope, facts, verbs, whyNotEdited } = view;
  const { edit, wasEdited } = scope.form;
  const log = useFirst<Entry>({ list: listAudit, query: view.log }, 3).data;
  return (
    <>
      <PageHead title={title} mark={mark} beside={beside}>
        <Neighbours kind={kind} id={id} />
        {status}
      </PageHead>
      <VerbBar {...{ edit, whyNotEdited, wasEdited, verbs }} />
      {view.notice}
      <Strip facts={facts} lead={view.lead} />
      <FilledLine facts={facts} />
      <RecordTabs tabs={useRecordTabs(view, log)} />
    </>
  );
}
