import { Button, Group, Modal, Table, Text } from '@mantine/core';
import { isLabelled, type LabelledRecord } from '../../domain/labels.ts';
import { useWords, type Words } from '../words/use-words.ts';
import { useForm } from './form-context.ts';

type Props = { theirs: Record<string, unknown>; keepMine: () => void; takeTheirs: () => void };

const show = (value: unknown): string => (value === null || value === undefined || value === '' ? '–' : String(value));

/** A reference is called by what it refers to, not by its id. */
function nameOf(field: string, record: LabelledRecord, { label, vocabulary }: Words): string {
  const plain = field.replace(/Id$/, '');
  return isLabelled(plain, vocabulary) ? label(record, plain) : field;
}

/** Somebody else has saved meanwhile: both versions, field by field. */
export function StaleDialog({ theirs, keepMine, takeTheirs }: Props) {
  const words = useWords();
  const { t } = words;
  const { form, record, say } = useForm();
  const read = (field: string, value: unknown): string => say?.(field, value) ?? show(value);
  return (
    <Modal opened onClose={takeTheirs} title={t('form.staleTitle')} size="lg">
      <Text mb={8}>{t('form.staleBody')}</Text>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('form.field')}</Table.Th>
            <Table.Th>{t('form.mine')}</Table.Th>
            <Table.Th>{t('form.theirs')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {form.changed.map((field) => (
            <Table.Tr key={field}>
              <Table.Td>{nameOf(field, record, words)}</Table.Td>
              <Table.Td>{read(field, form.values[field])}</Table.Td>
              <Table.Td>{read(field, theirs[field])}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Group justify="flex-end" mt={16}>
        <Button variant="default" onClick={takeTheirs}>
          {t('form.takeTheirs')}
        </Button>
        <Button onClick={keepMine}>{t('form.keepMine')}</Button>
      </Group>
    </Modal>
  );
}
