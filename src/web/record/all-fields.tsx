import { ActionIcon, Tooltip } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import form from '../form/form.module.css';
import { useWords } from '../words/use-words.ts';
import { type Fact, isEmpty } from './fact.ts';
import classes from './record.module.css';

type Props = { facts: readonly Fact[]; helpOf: (field: string) => string | undefined };

/** Every field of a record, empty ones too, each with what it is for. */
export function AllFields({ facts, helpOf }: Props) {
  const { t } = useWords();
  return (
    <dl className={`${form.fields} ${classes.fields}`}>
      {facts.map((fact) => {
        const { field, label, value, second } = fact;
        const help = helpOf(field);
        return (
          <div key={field} data-empty={isEmpty(fact) || undefined}>
            <dt>
              {label}
              {help !== undefined && (
                <Tooltip label={help}>
                  <ActionIcon
                    variant="transparent"
                    size={24}
                    c="var(--kb-ink-3)"
                    aria-label={t('record.help', { field: label, help })}
                  >
                    <IconInfoCircle size={14} stroke={1.75} />
                  </ActionIcon>
                </Tooltip>
              )}
            </dt>
            <dd>{isEmpty(fact) ? '–' : value}</dd>
            {second !== undefined && <dd className={classes.second}>{second}</dd>}
          </div>
        );
      })}
    </dl>
  );
}
