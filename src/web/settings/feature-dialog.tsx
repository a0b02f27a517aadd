import { Checkbox, Select, TagsInput, type TagsInputProps, TextInput } from '@mantine/core';
import { useState } from 'react';
import { createAttribute, updateAttribute } from '../../contract/attributes.ts';
import { type AttributeKind, attributeKinds, type RecordType } from '../../domain/attributes.ts';
import { readAnew } from '../api/client.ts';
import { toast } from '../ui/toast.tsx';
import type { Texts } from '../verb/form-texts.ts';
import { useVerb } from '../verb/use-verb.ts';
import { VerbDialog } from '../verb/verb-dialog.tsx';
import { useWords } from '../words/use-words.ts';
import type { Feature } from './features.tsx';

type Props = { recordType: RecordType; feature?: Feature; close: () => void };

/** Defines a dynamic feature, or changes one: its name and kind stay. */
export function FeatureDialog({ recordType, feature, close }: Props) {
  const { t, title } = useWords();
  const [kind, setKind] = useState<AttributeKind>(feature?.kind ?? 'text');
  const [choices, setChoices] = useState(feature?.choices ?? []);
  const [required, setRequired] = useState(feature?.required ?? false);
  const verb = useVerb(async (send, field: Texts) => {
    const rules = {
      labelEn: field('labelEn'),
      labelDe: field('labelDe'),
      required,
      ...(kind === 'text' && { mask: field('mask') || null }),
      ...(kind === 'choice' && { choices }),
    };
    if (feature) {
      await send(updateAttribute, { params: { id: feature.id }, body: rules, ifMatch: feature.version });
    } else {
      const body = { recordType, kind, name: field('name'), ...rules };
      await send(createAttribute, { body });
    }
    toast({ title: t('stored.saved') });
    readAnew();
    close();
  });
  const text = (name: 'name' | 'labelEn' | 'labelDe' | 'mask') => ({
    name,
    label: t(`settings.features.${name}`),
    defaultValue: feature?.[name] ?? '',
    error: verb.faultOf(name),
    autoComplete: 'off',
  });
  return (
    <VerbDialog
      title={`${feature ? t('settings.features.edit') : t('settings.features.new')}: ${title(recordType)}`}
      word={t('form.save')}
      verb={verb}
      onRun={verb.run}
      onClose={close}
    >
      <TextInput {...text('labelEn')} required data-autofocus maxLength={100} />
      <TextInput {...text('labelDe')} required maxLength={100} />
      <TextInput
        {...text('name')}
        required
        maxLength={40}
        readOnly={feature !== undefined}
        description={t(feature ? 'settings.features.nameStays' : 'settings.features.nameHelp')}
        spellCheck={false}
        classNames={{ input: 'mono' }}
      />
      <Select
        label={t('settings.features.kind')}
        data={attributeKinds.map((known) => ({ value: known, label: t(`settings.features.kinds.${known}`) }))}
        value={kind}
        // The options are the kinds.
        onChange={(chosen) => chosen && setKind(chosen as AttributeKind)}
        readOnly={feature !== undefined}
        allowDeselect={false}
        required
      />
      {kind === 'text' && (
        <TextInput {...text('mask')} maxLength={100} description={t('settings.features.maskHelp')} spellCheck={false} />
      )}
      {kind === 'choice' && <ChoicesInput value={choices} onChange={setChoices} error={verb.faultOf('choices')} />}
      <Checkbox
        label={t('settings.features.required')}
        description={t('settings.features.requiredHelp')}
        checked={required}
        onChange={(event) => setRequired(event.currentTarget.checked)}
      />
    </VerbDialog>
  );
}

/** A comma is part of a value; what is pasted is one value a line. */
const lineEnds = ['\n'];

/** The values among which one is chosen. */
function ChoicesInput(props: Pick<TagsInputProps, 'value' | 'onChange' | 'error'>) {
  const { t } = useWords();
  return (
    <TagsInput
      {...props}
      label={t('settings.features.choices')}
      description={t('settings.features.choicesHelp')}
      splitChars={lineEnds}
      acceptValueOnBlur
      required
    />
  );
}
