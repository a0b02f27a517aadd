import { IconLink, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { listAssignments } from '../../contract/assignments.ts';
import { createKey, listRenewals } from '../../contract/keys.ts';
import { client } from '../api/client.ts';
import { useMay } from '../api/me.ts';
import { describeBody } from '../form/describe.ts';
import { RecordPage } from '../record/record-page.tsx';
import { KeyTypeSign } from '../ui/badges.tsx';
import { endOf } from '../ui/masked-key.tsx';
import { Failure } from '../ui/part-failed.tsx';
import type { Tab } from '../ui/record-tabs.tsx';
import { toast } from '../ui/toast.tsx';
import { useWords } from '../words/use-words.ts';
import { FeaturesTab } from './features-tab.tsx';
import { KeyFields } from './key-fields.tsx';
import { type Key, keyKind } from './key-kind.tsx';
import { useKey } from './key-record.ts';
import { KeyText } from './key-text.tsx';
import classes from './keys.module.css';
import { offerEnds } from './offer-ends.ts';
import { RenewalsTab } from './renewals-tab.tsx';
import { StatusBar } from './status-bar.tsx';
import { useKeyFacts } from './use-key-facts.tsx';
import { useKeyForm, useSayKey } from './use-key-form.ts';
import { useKeyVerbs } from './use-key-verbs.tsx';

/** One key: what it is, where it is and was, and what happened to it. */
export function Component() {
  const { id } = useParams();
  const found = useKey(id);
  if (found.isLoadingError) return <Failure isScreen error={found.error} again={() => void found.refetch()} />;
  if (!found.data) return null;
  return <KeyPage key={found.data.id} item={found.data} />;
}

const describe = describeBody(createKey);
const shown = 100;

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
  const { verbs, dialog } = useKeyVerbs(item);
  const facts = useKeyFacts(item);
  const { product, license, customer } = item;
  return (
    <>
      <RecordPage
        kind={keyKind}
        id={item.id}
        title={product.name}
        mark={endOf(item.maskedKey)}
        beside={<Beside item={item} />}
        status={<StatusBar status={item.status} />}
        notice={item.elsewhere && <p className={classes.nothing}>{t('keys.elsewhere')}</p>}
        scope={{ form, record: 'key', describe, readOnly, say: useSayKey() }}
        stale={stale}
        whyNotEdited={readOnly ? t(item.elsewhere ? 'keys.why.elsewhere' : 'keys.why.role') : undefined}
        verbs={verbs}
        lead={<Lead item={item} />}
        facts={facts}
        log={{ keyId: item.id }}
        tabs={[useFeaturesTab(item)]}
        laterTabs={[useRenewalsTab(item)]}
      >
        <KeyFields item={item} chosen={{ product, license, customer }} />
      </RecordPage>
      {dialog}
    </>
  );
}

/** The type of a key, and what is the matter with it. */
function Beside({ item }: { item: Key }) {
  const { t, day } = useWords();
  return (
    <>
      <KeyTypeSign type={item.keyType} />
      {item.status === 'expired' && item.inUse && <span className={classes.danger}>{t('keys.expiredInUse')}</span>}
      {item.notYetValid && (
        <span className={classes.code}>{t('keys.validFrom', { start: day(item.validityStart) })}</span>
      )}
    </>
  );
}

/** The license key, and the keys it replaces or is replaced by. */
function Lead({ item: { id, maskedKey, delivery, licenseFile, assignments, replaces, replacedBy } }: { item: Key }) {
  const { t } = useWords();
  const isOnUnit = assignments.some(({ equipment }) => equipment);
  return (
    <>
      <KeyText
        keyId={id}
        mask={maskedKey}
        delivery={delivery}
        size={licenseFile?.size}
        isOnUnit={isOnUnit}
        layout="strip"
      />
      {(replaces ?? replacedBy) !== null && (
        <p className={classes.trail}>
          {replaces && <Link to={`/keys/${replaces}`}>{t('keys.replaces')}</Link>}
          {replacedBy && <Link to={`/keys/${replacedBy}`}>{t('keys.replacedBy')}</Link>}
        </p>
      )}
    </>
  );
}

function useFeaturesTab(item: Key): Tab {
  const { title, number } = useWords();
  const found = useQuery({
    queryKey: ['assignments', 'of', item.id],
    queryFn: ({ signal }) =>
      client.call(listAssignments, { query: { keyId: item.id, state: 'all', limit: shown }, signal }),
  });
  return {
    value: 'features',
    label: title('assignment'),
    Icon: IconLink,
    count: found.data && number(found.data.total),
    content: () => <FeaturesTab item={item} found={found} />,
  };
}

function useRenewalsTab(item: Key): Tab {
  const { t, number } = useWords();
  const found = useQuery({
    queryKey: ['keys', 'renewals', item.id],
    queryFn: ({ signal }) => client.call(listRenewals, { params: { id: item.id }, signal }),
  });
  return {
    value: 'renewals',
    label: t('keys.renewals.title'),
    Icon: IconRefresh,
    count: found.data && number(found.data.items.length),
    content: () => <RenewalsTab item={item} found={found} />,
  };
}
