import {
  Button,
  Checkbox,
  CloseButton,
  FocusTrap,
  Group,
  Popover,
  Stack,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { IconChevronLeft, IconPlus } from '@tabler/icons-react';
import { lazy, useState } from 'react';
import { decodeFilter, rangeKinds } from '../../contract/list.ts';
import { Late } from '../ui/late.tsx';
import { useWords } from '../words/use-words.ts';
import { fieldLabel, valueWords } from './field-words.ts';
import classes from './grid.module.css';
import { type ListAddress, queryOf, valuesOf } from './list-address.ts';
import type { ListKind } from './list-kind.ts';
import { useAttributes } from './use-attributes.ts';
import { useGroups, type Group as ValueGroup } from './use-list.ts';

const DayInput = lazy(async () => ({ default: (await import('../ui/day-input.tsx')).DayInput }));

type Props<Item> = { kind: ListKind<Item>; address: ListAddress };

/** What is filtered by, each with a way to take it off, and a way to add. */
export function FilterChips<Item>({ kind, address }: Props<Item>) {
  return (
    <>
      {[...address.filters].map(([name, values]) => (
        <Chip key={name} kind={kind} address={address} name={name} values={values} />
      ))}
      <AddFilter kind={kind} address={address} />
    </>
  );
}

/** The field behind a parameter: validityEndFrom is about validityEnd. */
function fieldBehind<Item>(kind: ListKind<Item>, name: string): { field: string; bound: 'From' | 'To' | '' } {
  if (name in kind.spec.fields) return { field: name, bound: '' };
  const bound = name.endsWith('From') ? 'From' : name.endsWith('To') ? 'To' : '';
  return { field: bound === '' ? name : name.slice(0, -bound.length), bound };
}

function Chip<Item>({ kind, address, name, values }: Props<Item> & { name: string; values: string }) {
  const words = useWords();
  const attributes = useAttributes(kind.spec.attributes);
  const { field, bound } = fieldBehind(kind, name);
  const spec = kind.spec.fields[field];
  const names = useGroups(kind, spec?.kind === 'id' ? field : undefined, { [name]: values }).data?.groups;
  const word = (value: string): string =>
    names?.find((group) => String(group.value ?? '') === value)?.label ?? valueWords(field, spec, value, words);
  const say = decodeFilter(values)
    .map(word)
    .join(` ${words.t('grid.or')} `);
  const known = spec !== undefined || field.startsWith('attributes.');
  const own = kind.chips?.[name];
  const text = own
    ? words.label(kind.record, own.label)
    : known
      ? fieldLabel(kind, field, words, attributes)
      : words.t(`grid.field.${name}`);
  return (
    <span className={classes.chip}>
      <span>
        {text}
        {bound === 'From' ? ` ${words.t('grid.from')}` : bound === 'To' ? ` ${words.t('grid.to')}` : ''}:{' '}
        <b>{own ? <own.Value value={values} /> : say}</b>
      </span>
      <CloseButton
        size="xs"
        aria-label={words.t('grid.removeFilter', { field: text })}
        onClick={() => address.set({ filters: { [name]: undefined } })}
      />
    </span>
  );
}

function AddFilter<Item>({ kind, address }: Props<Item>) {
  const words = useWords();
  const attributes = useAttributes(kind.spec.attributes);
  const [field, setField] = useState<string>();
  const [opened, setOpened] = useState(false);
  const close = (): void => {
    setOpened(false);
    setField(undefined);
  };
  const fields = [
    ...Object.keys(kind.spec.fields).filter((name) => !(`${name}Id` in kind.spec.fields)),
    ...attributes.map(({ name }) => `attributes.${name}`),
  ];
  return (
    <Popover opened={opened} onChange={setOpened} onClose={close} position="bottom-start" trapFocus withinPortal>
      <Popover.Target>
        <UnstyledButton className={classes.addChip ?? ''} onClick={() => setOpened(!opened)}>
          <IconPlus size={14} stroke={2} />
          {words.t('grid.filter')}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        {/* The button that was pressed is gone with its step: the focus goes to the next one. */}
        <FocusTrap key={field ?? ''}>
          {field === undefined ? (
            <Stack gap={0} className={classes.choices ?? ''}>
              {fields.map((name) => (
                <Button
                  key={name}
                  variant="subtle"
                  c="var(--kb-ink-1)"
                  size="xs"
                  justify="flex-start"
                  onClick={() => setField(name)}
                >
                  {fieldLabel(kind, name, words, attributes)}
                </Button>
              ))}
            </Stack>
          ) : (
            <Stack gap={8} className={classes.choices ?? ''}>
              <Button
                variant="subtle"
                size="xs"
                justify="flex-start"
                leftSection={<IconChevronLeft size={14} />}
                onClick={() => setField(undefined)}
              >
                {fieldLabel(kind, field, words, attributes)}
              </Button>
              {rangeKinds.includes(kind.spec.fields[field]?.kind ?? '') ? (
                <Late>
                  <Range kind={kind} address={address} field={field} />
                </Late>
              ) : (
                <Values kind={kind} address={address} field={field} />
              )}
            </Stack>
          )}
        </FocusTrap>
      </Popover.Dropdown>
    </Popover>
  );
}

/** From and to, both inclusive. */
function Range<Item>({ kind, address, field }: Props<Item> & { field: string }) {
  const { t } = useWords();
  const isDay = ['day', 'moment'].includes(kind.spec.fields[field]?.kind ?? '');
  return (
    <Group gap={8}>
      {(['From', 'To'] as const).map((bound) => {
        const name = `${field}${bound}`;
        const text = t(bound === 'From' ? 'grid.from' : 'grid.to');
        const value = address.filters.get(name) ?? '';
        const set = (changed: string | null): void =>
          address.set({ filters: { [name]: changed ? [changed] : undefined } });
        return isDay ? (
          <DayInput bare key={bound} w={150} label={text} value={value || null} onChange={set} clearable />
        ) : (
          <TextInput
            key={bound}
            w={110}
            label={text}
            defaultValue={value}
            onBlur={(event) => set(event.currentTarget.value)}
            inputMode="numeric"
          />
        );
      })}
    </Group>
  );
}

const mostValues = 200;

/** The values a field has, with their counts; several mean any of them. */
function Values<Item>({ kind, address, field }: Props<Item> & { field: string }) {
  const words = useWords();
  const [text, setText] = useState('');
  const { [field]: _, ...others } = queryOf(address);
  const groups = useGroups(kind, field, others).data?.groups ?? [];
  const chosen = valuesOf(address, field);
  const toggle = (value: string): void => {
    const after = chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value];
    address.set({ filters: { [field]: after } });
  };
  const say = (group: ValueGroup): string => {
    const spec = kind.spec.fields[field];
    return (
      (spec === undefined || spec.kind === 'id' || spec.kind === 'text'
        ? group.label
        : valueWords(field, spec, String(group.value ?? ''), words)) || words.t('grid.none')
    );
  };
  const found = groups.filter((group) => say(group).toLowerCase().includes(text.toLowerCase()));
  return (
    <>
      {groups.length > 10 && (
        <TextInput
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          placeholder={words.t('grid.searchValues')}
          aria-label={words.t('grid.searchValues')}
        />
      )}
      {found.slice(0, mostValues).map((group) => {
        const value = String(group.value ?? '');
        return (
          <Checkbox
            key={value}
            size="xs"
            checked={chosen.includes(value)}
            onChange={() => toggle(value)}
            label={`${say(group)} (${words.number(group.count)})`}
          />
        );
      })}
    </>
  );
}
