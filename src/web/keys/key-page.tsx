import { IconLock } from '@tabler/icons-react';
import { useParams } from 'react-router';
import { createKey } from '../../contract/keys.ts';
import { useMay } from '../api/me.ts';
import { describeBody } from '../form/describe.ts';
import { RecordPage } from '../form/record-page.tsx';
import { Neighbours } from '../grid/neighbours.tsx';
import { Failure } from '../ui/part-failed.tsx';
import { toast } from '../ui/toast.tsx';
import { VerbButton } from '../ui/verb-button.tsx';
import { useWords } from '../words/use-words.ts';
import { KeyActions } from './key-actions.tsx';
import { AppliedTo, KeyFields } from './key-fields.tsx';
import { type Key, keyKind } from './key-kind.tsx';
import { useKey } from './key-record.ts';
import { KeyTabs } from './key-tabs.tsx';
import { KeyText } from './key-text.tsx';
import classes from './keys.module.css';
import { offerEnds } from './offer-ends.ts';
import { StatusBar } from './status-bar.tsx';
import { useKeyForm, useSayKey } from './use-key-form.ts';

/** One key: its form, where it is and was, and what happened to it. */
export function Component() {
  const { id } = useParams();
  const found = useKey(id);
  if (found.isError) return <Failure isScreen error={found.error} again={() => void found.refetch()} />;
  if (!found.data) return null;
  return <KeyPage key={found.data.id} item={found.data} />;
}

const describe = describeBody(createKey);

function KeyPage({ item }: { item: Key }) {
  const words = useWords();
  const { t } = words;
  const may = useMay();
  const { form, stale } = useKeyForm(item, (saved, before) => {
    const isRenewed = saved.validityEnd !== null && saved.validityEnd !== before.validityEnd;
    const remind = { word: t('keys.renew.calendar'), run: () => offerEnds([saved], words) };
    toast({ title: t('keys.saved'), ...(isRenewed && { action: remind }) });
  });
  const readOnly = item.elsewhere || !may('keys.update');
  const isInUseExpired = item.status === 'expired' && item.inUse;
  return (
    <RecordPage
      form={form}
      record="key"
      describe={describe}
      readOnly={readOnly}
      say={useSayKey()}
      title={item.product.name}
      beside={
        <>
          {item.code && <span className={`${classes.code} mono`}>{item.code}</span>}
          {isInUseExpired && <span className={classes.danger}>{t('keys.expiredInUse')}</span>}
          {item.notYetValid && <NotYetValid item={item} />}
        </>
      }
      status={
        <>
          <Neighbours kind={keyKind} id={item.id} />
          <StatusBar status={item.status} />
        </>
      }
      actions={
        <>
          {readOnly && (
            <VerbButton
              why={t(item.elsewhere ? 'keys.why.elsewhere' : 'keys.why.role')}
              leftSection={<IconLock size={16} />}
              onClick={() => undefined}
            >
              {t('keys.edit')}
            </VerbButton>
          )}
          <KeyActions item={item} isDirty={form.changed.length > 0} />
        </>
      }
      stale={stale}
      below={<KeyTabs item={item} />}
    >
      <KeyFields
        item={item}
        chosen={{ product: item.product, license: item.license, customer: item.customer }}
        first={
          <>
            <KeyText
              keyId={item.id}
              mask={item.maskedKey}
              isOnUnit={item.assignments.some(({ equipment }) => equipment)}
              layout="field"
            />
            <AppliedTo item={item} />
          </>
        }
      />
    </RecordPage>
  );
}

function NotYetValid({ item }: { item: Key }) {
  const { t, day } = useWords();
  return <span className={classes.code}>{t('keys.validFrom', { start: day(item.validityStart) })}</span>;
}
