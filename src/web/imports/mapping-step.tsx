import { Select } from '@mantine/core';
import { faultWords } from '../ui/refusal-words.ts';
import { useWords } from '../words/use-words.ts';
import classes from './imports.module.css';
import { allOthers, asksForField, columnNames, columnTitle, fieldWords, leftOut } from './mapping.ts';
import type { ImportScope } from './use-import.ts';

/** Whether something about the columns is to be decided, or was. */
export function needsMapping({ answer, choices, asks }: ImportScope): boolean {
  return asks.length > 0 || Object.keys(choices).length > 0 || (answer?.errors ?? []).some(asksForField);
}

/** Which column gives which field. What the server cannot place is asked for. */
export function MappingStep({ scope }: { scope: ImportScope }) {
  const { t } = useWords();
  const { answer, choices, asks } = scope;
  return (
    <>
      <p className="help">{t('imports.mapping.help')}</p>
      <Others scope={scope} />
      <Columns names={columnNames(answer, choices, asks)} scope={scope} />
    </>
  );
}

function Columns({ names, scope }: { names: readonly string[]; scope: ImportScope }) {
  const { t } = useWords();
  return (
    <table className={classes.mapping}>
      <thead>
        <tr>
          <th scope="col">{t('imports.mapping.column')}</th>
          {scope.answer?.head && <th scope="col">{t('imports.mapping.samples')}</th>}
          <th scope="col">{t('imports.mapping.field')}</th>
        </tr>
      </thead>
      <tbody>
        {names.map((name) => (
          <Column key={name} name={name} scope={scope} />
        ))}
      </tbody>
    </table>
  );
}

function Column({ name, scope }: { name: string; scope: ImportScope }) {
  const words = useWords();
  const { t } = words;
  const { answer, asks, choices, map, fields, fileKind, attributes, isStale } = scope;
  const { head } = answer ?? {};
  const place = head?.names.indexOf(name) ?? -1;
  const title = columnTitle(name, words, head);
  const others = asks.includes(name) ? choices[allOthers] : undefined;
  const told = Object.hasOwn(choices, name) ? choices[name] : (answer?.mapping?.[name] ?? others);
  const fault = answer?.errors.find(
    ({ line, column }) =>
      line === (answer.headerRow ?? 1) && (column === name || (place >= 0 && column === String(place + 1))),
  );
  // Beside our own ids, such a column is compared with what Keybook works out.
  const isOurs = told === null && !Object.hasOwn(choices, name) && Object.values(answer?.mapping ?? {}).includes('id');
  const isChosen = Object.hasOwn(choices, name) || (asks.includes(name) && Object.hasOwn(choices, allOthers));
  const said = fault ? faultWords(fault, words) : asks.includes(name) ? t('fault.unknown_column') : undefined;
  const options = told && !fields.includes(told) ? [told, ...fields] : fields;
  return (
    <tr>
      <th scope="row">{title}</th>
      {head && (
        <td className={classes.samples}>
          {head.rows
            .map((cells) => cells[place])
            .filter(Boolean)
            .join(' · ') || '–'}
        </td>
      )}
      <td>
        <Select
          aria-label={t('imports.mapping.fieldOf', { column: title })}
          placeholder={t(isOurs ? 'imports.mapping.computed' : 'imports.mapping.choose')}
          data={[
            { value: leftOut, label: t('imports.mapping.leaveOut') },
            ...options.map((field) => ({ value: field, label: fieldWords(field, fileKind, words, attributes) })),
          ]}
          value={told === null && !isOurs ? leftOut : (told ?? null)}
          searchable
          allowDeselect={false}
          error={isStale && isChosen ? undefined : said}
          nothingFoundMessage={t('pick.none')}
          onChange={(next) => next && map(name, next === leftOut ? null : next)}
        />
      </td>
    </tr>
  );
}

/** One choice for all columns that the server asks about. */
function Others({ scope }: { scope: ImportScope }) {
  const { t, number } = useWords();
  const { asks, choices, fields, map } = scope;
  if (asks.length === 0 && choices[allOthers] === undefined) return null;
  const ways = fields.includes('remarks') ? ['remarks', leftOut] : [leftOut];
  const chosen = choices[allOthers];
  return (
    <Select
      maw={420}
      mb={12}
      label={t('imports.mapping.others', { count: asks.length, number: number(asks.length) })}
      placeholder={t('imports.mapping.choose')}
      data={ways.map((value) => ({
        value,
        label: t(`imports.mapping.othersTo.${value === leftOut ? 'none' : value}`),
      }))}
      value={chosen === null ? leftOut : (chosen ?? null)}
      allowDeselect={false}
      onChange={(next) => next && map(allOthers, next === leftOut ? null : next)}
    />
  );
}
