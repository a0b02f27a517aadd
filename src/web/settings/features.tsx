import { Button, Group, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { deleteAttribute, listAttributes, updateAttribute } from '../../contract/attributes.ts';
import { type AttributeDefinition, attributeLabel, type RecordType, recordTypes } from '../../domain/attributes.ts';
import { client, readAnew } from '../api/client.ts';
import { Failure } from '../ui/part-failed.tsx';
import { VerbButton } from '../ui/verb-button.tsx';
import { Question } from '../verb/question.tsx';
import { useVerb } from '../verb/use-verb.ts';
import { useWords } from '../words/use-words.ts';
import { FeatureDialog } from './feature-dialog.tsx';
import { Panel } from './panel.tsx';
import { PlainTable } from './plain-table.tsx';
import classes from './settings.module.css';

export type Feature = AttributeDefinition & { version: number };
type Opened = { recordType: RecordType; feature?: Feature };

/** The dynamic features of each type of record (K12). */
export function Features() {
  const { t, title } = useWords();
  const [opened, setOpened] = useState<Opened>();
  const found = useQuery({ queryKey: ['attributes'], queryFn: () => client.call(listAttributes) });
  if (found.isLoadingError) return <Failure error={found.error} again={() => void found.refetch()} />;
  return (
    <>
      {recordTypes.map((recordType, i) => (
        <Panel
          key={recordType}
          title={title(recordType)}
          {...(i === 0 && { intro: t('settings.features.intro') })}
          isWide
        >
          <FeatureTable
            features={(found.data?.items ?? []).filter((feature) => feature.recordType === recordType)}
            edit={(feature) => setOpened({ recordType, feature })}
          />
          <Group>
            <Button
              variant="default"
              leftSection={<IconPlus size={16} />}
              onClick={() => setOpened({ recordType })}
              aria-label={`${t('settings.features.new')}: ${title(recordType)}`}
            >
              {t('settings.features.new')}
            </Button>
          </Group>
        </Panel>
      ))}
      {opened && <FeatureDialog {...opened} close={() => setOpened(undefined)} />}
    </>
  );
}

function FeatureTable({ features, edit }: { features: readonly Feature[]; edit: (feature: Feature) => void }) {
  const { t, value } = useWords();
  if (features.length === 0)
    return (
      <Text mb={12} c="var(--kb-ink-2)">
        {t('settings.features.none')}
      </Text>
    );
  const heads = ['labels', 'name', 'kind', 'required', 'form'].map((head) => t(`settings.features.${head}`));
  return (
    <PlainTable
      heads={[...heads, '']}
      rows={features.map((feature) => ({
        key: feature.id,
        isOff: feature.archived,
        cells: [
          <span key="labels" className={classes.name}>
            {feature.labelEn} · {feature.labelDe}
            {feature.archived && ` (${t('settings.features.archived')})`}
          </span>,
          <span key="name" className={`mono ${classes.whole}`}>
            {feature.name}
          </span>,
          <span key="kind" className={classes.whole}>
            {t(`settings.features.kinds.${feature.kind}`)}
          </span>,
          value('yesNo', feature.required ? 'true' : 'false'),
          feature.mask ?? (feature.choices.length > 0 ? feature.choices.join(', ') : '–'),
          <FeatureVerbs key="verbs" feature={feature} edit={() => edit(feature)} />,
        ],
      }))}
    />
  );
}

function FeatureVerbs({ feature, edit }: { feature: Feature; edit: () => void }) {
  const { t, language } = useWords();
  const [isDeleting, setDeleting] = useState(false);
  const { id, version: ifMatch, archived } = feature;
  const name = attributeLabel(feature, language);
  const archiving = useVerb(
    (send) => send(updateAttribute, { params: { id }, body: { archived: !archived }, ifMatch }),
    {
      said: t(archived ? 'stored.broughtBack' : 'stored.archived', { name }),
      refusals: 'toast',
      onDone: readAnew,
    },
  );
  const small = { size: 'compact-sm' } as const;
  return (
    <span className={classes.verbs}>
      <VerbButton {...small} onClick={edit}>
        {t('settings.features.edit')}
      </VerbButton>
      <VerbButton {...small} loading={archiving.busy} onClick={() => void archiving.run()}>
        {t(archived ? 'stored.bringBack' : 'stored.archive')}
      </VerbButton>
      <VerbButton {...small} c="var(--kb-danger)" onClick={() => setDeleting(true)}>
        {t('stored.delete')}
      </VerbButton>
      {isDeleting && (
        <Question
          title={t('stored.deleteTitle', { name })}
          body={t('settings.features.deleteBody')}
          word={t('stored.delete')}
          said={t('stored.deleted', { name })}
          run={(send) => send(deleteAttribute, { params: { id }, ifMatch })}
          close={() => setDeleting(false)}
        />
      )}
    </span>
  );
}
