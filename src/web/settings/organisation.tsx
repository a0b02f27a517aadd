import { Button, Group, Select, Stack, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { OutputOf } from '../../contract/endpoint.ts';
import { type getSettings, updateSettings } from '../../contract/settings.ts';
import type { Language } from '../../domain/languages.ts';
import { problemOf, readAnew } from '../api/client.ts';
import { settingsQuery, useMay } from '../api/me.ts';
import { LanguageChoice } from '../ui/language-choice.tsx';
import { Failure } from '../ui/part-failed.tsx';
import { refusalWords } from '../ui/refusal-words.ts';
import { timeZonesWith } from '../ui/time-zones.ts';
import { toast } from '../ui/toast.tsx';
import { withTexts } from '../verb/form-texts.ts';
import { useVerb } from '../verb/use-verb.ts';
import { VerbNotice } from '../verb/verb-notice.tsx';
import { useWords } from '../words/use-words.ts';
import { Panel } from './panel.tsx';

type Settings = OutputOf<typeof getSettings>;

/** The organisation and what it has decided. */
export function Organisation() {
  const found = useQuery(settingsQuery);
  if (found.isLoadingError) return <Failure error={found.error} again={() => void found.refetch()} />;
  return found.data ? <OrganisationForm key={found.data.version} settings={found.data} /> : null;
}

function OrganisationForm({ settings }: { settings: Settings }) {
  const words = useWords();
  const { t } = words;
  const may = useMay();
  const readOnly = !may('settings.write');
  const [edits, setEdits] = useState<Partial<Omit<Settings, 'locale'>> & { locale?: Language }>({});
  const values = { ...settings, ...edits };
  const saving = useVerb(async (send) => {
    try {
      await send(updateSettings, { body: edits, ifMatch: settings.version });
      toast({ title: t('stored.saved') });
    } catch (error) {
      if (problemOf(error)?.code !== 'stale') throw error;
      // Somebody else has saved: their values come in, and the refusal says so.
      toast({ title: refusalWords(error, words), refused: true });
    }
    readAnew();
  });
  const fault = saving.faultOf;
  return (
    <Panel title={settings.organisation} intro={readOnly ? t('stored.onlyAdministrators') : undefined}>
      <form onSubmit={withTexts(() => saving.run())}>
        <Stack gap={16} maw={420}>
          <VerbNotice verb={saving} />
          <TextInput
            label={t('setup.organisation')}
            description={t('setup.organisationHelp')}
            value={values.organisation}
            onChange={(event) => setEdits({ ...edits, organisation: event.currentTarget.value })}
            readOnly={readOnly}
            required
            autoComplete="off"
            error={fault('organisation')}
          />
          <Select
            label={t('setup.timeZone')}
            description={t('setup.timeZoneHelp')}
            data={timeZonesWith(values.timeZone)}
            value={values.timeZone}
            onChange={(timeZone) => timeZone && setEdits({ ...edits, timeZone })}
            readOnly={readOnly}
            searchable
            limit={50}
            allowDeselect={false}
            error={fault('timeZone')}
          />
          <LanguageChoice
            label={t('account.language')}
            description={t('settings.organisation.languageHelp')}
            value={values.locale}
            onChange={(locale) => setEdits({ ...edits, locale })}
            readOnly={readOnly}
          />
          {(['secondFactorRequired', 'techniciansManageKeys'] as const).map((rule) => (
            <Switch
              key={rule}
              label={t(`settings.organisation.${rule}`)}
              description={t(`settings.organisation.${rule}Help`)}
              checked={values[rule]}
              onChange={(event) => setEdits({ ...edits, [rule]: event.currentTarget.checked })}
              disabled={readOnly}
            />
          ))}
          {!readOnly && (
            <Group gap={8}>
              <Button type="submit" loading={saving.busy}>
                {t('form.save')}
              </Button>
              {Object.keys(edits).length > 0 && (
                <Button variant="default" onClick={() => setEdits({})}>
                  {t('form.discard')}
                </Button>
              )}
            </Group>
          )}
        </Stack>
      </form>
    </Panel>
  );
}
