import { Select, TextInput } from '@mantine/core';
import { isMask, maskLicenseKey, mayBeLicenseKey } from '../../domain/license-key.ts';
import { faultWords } from '../ui/refusal-words.ts';
import { useWords } from '../words/use-words.ts';
import classes from './imports.module.css';
import { columnNames, fieldWords, leftOut, unnamedColumns } from './mapping.ts';
import type { ImportScope } from './use-import.ts';

/** Which column gives which field. What the server cannot place is asked for. */
export function MappingStep({ scope }: { scope: ImportScope }) {
  const { t } = useWords();
  const { chosen, answer, choices } = scope;
  const names = columnNames(chosen?.head, answer, choices);
  return (
    <>
      <p className="help">{t('imports.mapping.help')}</p>
      {names.length > 0 && (
        <table className={classes.mapping}>
          <thead>
            <tr>
              <th scope="col">{t('imports.mapping.column')}</th>
              {chosen?.head && <th scope="col">{t('imports.mapping.samples')}</th>}
              <th scope="col">{t('imports.mapping.field')}</th>
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <Column key={name} name={name} scope={scope} />
            ))}
          </tbody>
        </table>
      )}
      {unnamedColumns(chosen?.head, answer).map((place) => (
        <UnnamedColumn key={place} place={place} scope={scope} />
      ))}
    </>
  );
}

function Column({ name, scope }: { name: string; scope: ImportScope }) {
  const words = useWords();
  const { t } = words;
  const { chosen, answer, choices, map, fields, fileKind, attributes, isStale } = scope;
  const place = chosen?.head?.header.indexOf(name) ?? -1;
  const told = Object.hasOwn(choices, name) ? choices[name] : answer?.mapping?.[name];
  const fault = answer?.errors.find(
    ({ line, column }) =>
      line === (answer.headerRow ?? 1) && (column === name || (place >= 0 && column === String(place + 1))),
  );
  // Beside our own ids, such a column is compared with what Keybook works out.
  const isOurs = told === null && !Object.hasOwn(choices, name) && Object.values(answer?.mapping ?? {}).includes('id');
  const options = told && !fields.includes(told) ? [told, ...fields] : fields;
  return (
    <tr>
      <th scope="row">{name}</th>
      {chosen?.head && (
        <td className={classes.samples}>
          {chosen.head.rows
            .map((cells) => sample(cells[place] ?? '', told))
            .filter(Boolean)
            .join(' · ') || '–'}
        </td>
      )}
      <td>
        <Select
          aria-label={t('imports.mapping.fieldOf', { column: name })}
          placeholder={t(isOurs ? 'imports.mapping.computed' : 'imports.mapping.choose')}
          data={[
            { value: leftOut, label: t('imports.mapping.leaveOut') },
            ...options.map((field) => ({ value: field, label: fieldWords(field, fileKind, words, attributes) })),
          ]}
          value={told === null && !isOurs ? leftOut : (told ?? null)}
          searchable
          allowDeselect={false}
          error={isStale && Object.hasOwn(choices, name) ? undefined : fault && faultWords(fault, words)}
          nothingFoundMessage={t('pick.none')}
          onChange={(next) => next && map(name, next === leftOut ? null : next)}
        />
      </td>
    </tr>
  );
}

const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** A cell may be a license key, also where nobody has said so yet. */
function sample(cell: string, field: string | null | undefined): string {
  const text = cell.trim();
  const isSecret = field === 'licenseKey' || (field !== 'id' && !moment.test(text) && mayBeLicenseKey(text));
  return isSecret && text !== '' && !isMask(text) ? maskLicenseKey(text).mask : text;
}

/** A workbook's columns are read by the server only, and it repeats no name that could be a license key. */
function UnnamedColumn({ place, scope }: { place: number; scope: ImportScope }) {
  const { t } = useWords();
  return (
    <TextInput
      maw={420}
      mt={12}
      label={t('imports.mapping.unnamed', { place })}
      description={t('imports.mapping.unnamedHelp')}
      autoComplete="off"
      onBlur={({ currentTarget }) => {
        const name = currentTarget.value.trim();
        if (name !== '') scope.map(name, null);
      }}
    />
  );
}
