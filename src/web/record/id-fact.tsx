import { CopyButton, Tooltip, UnstyledButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useWords, type Words } from '../words/use-words.ts';
import type { Fact } from './fact.ts';
import classes from './record.module.css';

/** The internal ID, to be read and copied. */
export function idFact(id: string, { label }: Words): Fact {
  return { field: 'id', label: label('key', 'id'), value: <InternalId id={id} />, at: 'fields' };
}

function InternalId({ id }: { id: string }) {
  const { t } = useWords();
  return (
    <CopyButton value={id}>
      {({ copied, copy }) => (
        <Tooltip label={t(copied ? 'record.copied' : 'record.copyId')}>
          <UnstyledButton className={`${classes.id} mono`} onClick={copy} aria-label={`${t('record.copyId')}: ${id}`}>
            <span>{id}</span>
            {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  );
}
