import { CloseButton, Combobox, TextInput, type TextInputProps, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch, IconSortAscending } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import type { Key } from '../keys/key-kind.tsx';
import { KeyTypeSign } from '../ui/badges.tsx';
import { DayWithHint } from '../ui/day-with-hint.tsx';
import { MaskedKey } from '../ui/masked-key.tsx';
import { useWords, type Words } from '../words/use-words.ts';
import { blockedWords } from './blocked-words.ts';
import type { Unit } from './equipment-kind.tsx';
import classes from './key-picker.module.css';
import { Marked } from './marked.tsx';
import { useFreeKeys } from './use-free-keys.ts';

type Props = {
  unit: Unit;
  chosen: Key | null;
  onChange: (key: Key | null) => void;
};

/** Feature and masked key, as the line will show them. */
function keyName({ product, maskedKey }: Pick<Key, 'product' | 'maskedKey'>, { value }: Words): string {
  return `${product.name} - ${maskedKey || value('delivery', 'account')}`;
}

/** Finds a key that can be applied today, soonest-expiring first; one that cannot says why (A3). */
export function KeyPicker({ unit, chosen, onChange }: Props) {
  const words = useWords();
  const { t, label, number } = words;
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [wanted] = useDebouncedValue(text, 150);
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
  const { data: found, isPlaceholderData: isOfBefore } = useFreeKeys(
    unit,
    { text: wanted },
    { enabled: box.dropdownOpened, staysOffered: true },
  );
  const { selectFirstOption, resetSelectedOption } = box;
  const [first, setFirst] = useState<string | null>(null);
  // Enter takes the soonest-expiring key of what was typed, and none of what was offered before that.
  useEffect(() => {
    if (isOfBefore) resetSelectedOption();
    setFirst(found && !isOfBefore && wanted !== '' ? selectFirstOption() : null);
  }, [found, isOfBefore, wanted, selectFirstOption, resetSelectedOption]);
  const all = [...(found?.own ?? []), ...(found?.others ?? [])];
  const choose = (value: string): void => {
    if (value.startsWith('open:')) return void navigate(`/keys/${value.slice(5)}`);
    onChange(all.find(({ id }) => id === value) ?? null);
    setText('');
    box.closeDropdown();
  };
  const option = (key: Key) => (
    <Combobox.Option key={key.id} value={key.id} active={key.id === chosen?.id} className={classes.option ?? ''}>
      <KeyRow item={key} text={wanted} />
    </Combobox.Option>
  );
  return (
    <Combobox store={box} onOptionSubmit={choose} width={720} position="bottom-start" withinPortal>
      <Combobox.Target withExpandedAttribute>
        <PickerInput
          first={first}
          onMove={() => setFirst(null)}
          aria-label={label('assignment', 'licenseKey')}
          placeholder={t('equipment.pickKey')}
          value={box.dropdownOpened || !chosen ? text : keyName(chosen, words)}
          onChange={(event) => {
            setText(event.currentTarget.value);
            box.openDropdown();
            box.updateSelectedOptionIndex();
          }}
          onClick={() => box.openDropdown()}
          onFocus={() => box.openDropdown()}
          onBlur={() => box.closeDropdown()}
          leftSection={<IconSearch size={16} stroke={1.75} />}
          rightSection={
            chosen && <CloseButton size="sm" aria-label={t('equipment.clearKey')} onClick={() => onChange(null)} />
          }
          rightSectionPointerEvents="auto"
          role="combobox"
          autoComplete="off"
          spellCheck={false}
          // The line was just asked for: its key is the first thing to choose.
          autoFocus
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Header className={classes.head ?? ''}>
          <span>{t('equipment.canBeApplied')}</span>
          <span>
            <IconSortAscending size={14} /> {t('equipment.soonestFirst')}
          </span>
        </Combobox.Header>
        <Combobox.Options aria-label={t('equipment.canBeApplied')} className={classes.options ?? ''}>
          {found && all.length === 0 && <Combobox.Empty>{t('equipment.noFreeKey')}</Combobox.Empty>}
          {found?.own.map(option)}
          {found && found.others.length > 0 && (
            <Combobox.Group label={t('equipment.ofOthers')}>{found.others.map(option)}</Combobox.Group>
          )}
          {found && found.blocked.length > 0 && <BlockedKeys keys={found.blocked} unit={unit} />}
        </Combobox.Options>
        <Combobox.Footer className={classes.head ?? ''}>
          <span>{found && t('equipment.shownOf', { shown: number(all.length), total: number(found.total) })}</span>
          <span>{t('equipment.pickerKeys')}</span>
        </Combobox.Footer>
      </Combobox.Dropdown>
    </Combobox>
  );
}

/** What cannot be applied, each with its reason; choosing one opens it. */
function BlockedKeys({ keys, unit }: { keys: Key[]; unit: Unit }) {
  const words = useWords();
  return (
    <Combobox.Group label={words.t('equipment.cannotBeApplied')}>
      {keys.map((key) => (
        <Combobox.Option key={key.id} value={`open:${key.id}`} aria-disabled className={classes.blocked ?? ''}>
          <span>
            {key.product.name} - <MaskedKey mask={key.maskedKey} />
          </span>
          <span className={classes.why}>{blockedWords(key, unit.id, words)}</span>
        </Combobox.Option>
      ))}
    </Combobox.Group>
  );
}

type PickerInputProps = TextInputProps & { first: string | null; onMove: () => void };

/** The library tells which option the arrows have reached, not which one stands chosen before them. */
function PickerInput({ first, onMove, onKeyDown, ...props }: PickerInputProps) {
  const chosen = props['aria-expanded'] ? first : null;
  return (
    <TextInput
      {...props}
      aria-activedescendant={chosen ?? props['aria-activedescendant']}
      onKeyDown={(event) => {
        if (['ArrowDown', 'ArrowUp'].includes(event.key)) onMove();
        onKeyDown?.(event);
      }}
    />
  );
}

/** A key as it is offered: what it unlocks, its mask, its kind, whose it is, and until when. */
function KeyRow({ item, text }: { item: Key; text: string }) {
  const { t, number } = useWords();
  const { licenseFile } = item;
  const size = licenseFile && t('keys.file.bytes', { count: licenseFile.size, number: number(licenseFile.size) });
  const beside = [size, item.code, item.serialNumber, item.customer?.name].filter(Boolean).join(' · ');
  return (
    <>
      <span className={classes.what}>
        <span>
          <Marked text={item.product.name} hit={text} /> - <MaskedKey mask={item.maskedKey} />
        </span>
        <span className={classes.beside}>
          <KeyTypeSign type={item.keyType} /> · <Marked text={beside} hit={text} />
        </span>
      </span>
      <KeyEnd item={item} />
    </>
  );
}

/** Until when, or that there is no end. */
export function KeyEnd({ item }: { item: Pick<Key, 'validityEnd'> }) {
  const { t } = useWords();
  return item.validityEnd === null ? (
    <span className={classes.noEnd}>{t('equipment.noEnd')}</span>
  ) : (
    <DayWithHint day={item.validityEnd} />
  );
}
