import { Box, Button, Collapse, Drawer, Group, Stack, Text, Textarea, TextInput, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconChevronRight, IconSearch, IconSortAscending } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listKeys } from '../../contract/keys.ts';
import { client } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import { AppliedOnField } from '../assignments/applied-on-field.tsx';
import type { Assignment } from '../assignments/write-assignments.ts';
import type { Key } from '../keys/key-kind.tsx';
import { MaskedKey, shortMaskOf } from '../ui/masked-key.tsx';
import { useWords } from '../words/use-words.ts';
import { AppliedCard } from './applied-card.tsx';
import classes from './apply-sheet.module.css';
import { blockedWords } from './blocked-words.ts';
import type { Unit } from './equipment-kind.tsx';
import { KeyEnd } from './key-picker.tsx';
import { Marked } from './marked.tsx';
import { RefusedLine } from './refused-line.tsx';
import { useApply } from './use-apply.ts';
import { useFreeKeys } from './use-free-keys.ts';

type Product = { id: string; name: string };

/** Apply a key on a phone: product, then the soonest-expiring free key is chosen already, then Apply. */
export function ApplySheet({ unit, onClose }: { unit: Unit; onClose: () => void }) {
  const { t } = useWords();
  const [applied, setApplied] = useState<Assignment>();
  return (
    <Drawer
      opened
      onClose={onClose}
      position="bottom"
      size={applied ? '100%' : '92%'}
      title={applied ? unit.name : t('equipment.applyAKey')}
      closeButtonProps={{ size: 44, 'aria-label': t('assignments.close') }}
      classNames={{ content: classes.sheet ?? '', body: classes.body ?? '', title: classes.title ?? '' }}
    >
      {applied ? (
        <AppliedCard assignment={applied} onAnother={() => setApplied(undefined)} onDone={onClose} />
      ) : (
        <Choose unit={unit} onApplied={setApplied} />
      )}
    </Drawer>
  );
}

function Choose({ unit, onApplied }: { unit: Unit; onApplied: (assignment: Assignment) => void }) {
  const words = useWords();
  const { t, number } = words;
  const today = useMe()?.today ?? null;
  const [text, setText] = useState('');
  const [product, setProduct] = useState<Product>();
  const [chosenId, setChosenId] = useState<string>();
  const [more, setMore] = useState(false);
  const [appliedOn, setAppliedOn] = useState<string | null>(today);
  const [remarks, setRemarks] = useState('');
  const [userName, setUserName] = useState('');
  const [wanted] = useDebouncedValue(text.trim(), 150);
  const showsKeys = product !== undefined || wanted !== '';
  const found = useFreeKeys(unit, { text: wanted, productId: product?.id }, { enabled: showsKeys }).data;
  const keys = showsKeys ? [...(found?.own ?? []), ...(found?.others ?? [])] : [];
  const chosen = keys.find(({ id }) => id === chosenId) ?? keys[0];
  const apply = useApply(unit.id, onApplied);
  const save = (keyId: string): void =>
    void apply.run({
      keyId,
      ...(appliedOn && appliedOn !== today && { appliedOn }),
      ...(remarks && { remarks }),
      ...(userName && { userName }),
    });
  return (
    <>
      <TextInput
        className={classes.search ?? ''}
        aria-label={t('equipment.pickKey')}
        placeholder={t('equipment.pickKey')}
        value={product ? product.name : text}
        onChange={(event) => {
          setProduct(undefined);
          setText(event.currentTarget.value);
        }}
        leftSection={<IconSearch size={20} />}
        autoComplete="off"
        spellCheck={false}
      />
      <div className={classes.scroll}>
        {(apply.isAgain || apply.error !== undefined) && (
          <Box px={16} py={8}>
            <RefusedLine verb={apply} onNext={({ id }) => save(id)} />
          </Box>
        )}
        {!showsKeys && <Products unit={unit} onChoose={setProduct} />}
        {showsKeys && found && (
          <Group justify="space-between" className={classes.hint ?? ''}>
            <span>{t('equipment.canApply', { count: found.total, number: number(found.total) })}</span>
            <span>
              <IconSortAscending size={14} /> {t('equipment.soonestFirst')}
            </span>
          </Group>
        )}
        <KeyChoices unit={unit} keys={keys} chosen={chosen} hit={wanted} onChoose={setChosenId} />
        {showsKeys && found && <Blocked unit={unit} keys={found.blocked} isEmpty={keys.length === 0} />}
        {chosen && (
          <>
            <Button variant="subtle" h={44} fz={14} aria-expanded={more} onClick={() => setMore(!more)}>
              {t('equipment.moreFields')}
            </Button>
            <Collapse expanded={more}>
              <Stack gap={12} px={16} pt={4} pb={16} className={classes.more ?? ''}>
                <AppliedOnField value={appliedOn} onChange={setAppliedOn} />
                <UserField value={userName} onChange={setUserName} />
                <RemarksField value={remarks} onChange={setRemarks} />
              </Stack>
            </Collapse>
          </>
        )}
      </div>
      {chosen && (
        <Stack gap={8} className={classes.bottom ?? ''}>
          <Button fullWidth h={48} fz={16} loading={apply.busy} onClick={() => save(chosen.id)}>
            {t('equipment.applyThis', { key: shortMaskOf(chosen.maskedKey, words) })}
          </Button>
        </Stack>
      )}
    </>
  );
}

function UserField({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const { label } = useWords();
  return (
    <TextInput
      label={label('assignment', 'userName')}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function RemarksField({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const { label } = useWords();
  return (
    <Textarea
      label={label('assignment', 'remarks')}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      autosize
    />
  );
}

/** Products with free keys, as the first choice; most free keys first. */
function Products({ unit, onChoose }: { unit: Unit; onChoose: (product: Product) => void }) {
  const { t, number } = useWords();
  const me = useMe();
  const customerId = [unit.customerId, ...(me ? [me.houseId] : [])];
  const found = useQuery({
    queryKey: ['pickKey', 'products', customerId],
    queryFn: async () => {
      const query = { status: 'available', notYetValid: 'false', groupBy: 'productId' };
      const { groups: own = [] } = await client.call(listKeys, { query: { ...query, customerId } });
      if (own.length > 0) return own;
      return (await client.call(listKeys, { query })).groups ?? [];
    },
  }).data;
  if (found?.length === 0) return <Text p={16}>{t('equipment.noFreeKey')}</Text>;
  return (
    <ul className={classes.products}>
      {found?.map(({ value, label, count }) => (
        <li key={value}>
          <button type="button" onClick={() => onChoose({ id: String(value), name: label })}>
            <span>{label}</span>
            <span className={classes.count}>{t('equipment.free', { count, number: number(count) })}</span>
            <IconChevronRight size={18} />
          </button>
        </li>
      ))}
    </ul>
  );
}

type Choices = { unit: Unit; keys: Key[]; chosen: Key | undefined; hit: string; onChoose: (id: string) => void };

function KeyChoices({ unit, keys, chosen, hit, onChoose }: Choices) {
  const { t } = useWords();
  if (keys.length === 0) return null;
  return (
    <fieldset>
      <VisuallyHidden component="legend">{t('equipment.softwareKey')}</VisuallyHidden>
      {keys.map((key) => (
        <label key={key.id} className={classes.key} data-chosen={key.id === chosen?.id || undefined}>
          <input type="radio" name="key" checked={key.id === chosen?.id} onChange={() => onChoose(key.id)} />
          <span className={classes.what}>
            <Marked text={key.product.name} hit={hit} />
            <small>
              <MaskedKey mask={key.maskedKey} />
            </small>
            {key.customer && key.customer.id !== unit.customerId && <small>{key.customer.name}</small>}
          </span>
          <KeyEnd item={key} />
        </label>
      ))}
    </fieldset>
  );
}

/** Keys that match and cannot be applied, each with the reason. */
function Blocked({ unit, keys, isEmpty }: { unit: Unit; keys: Key[]; isEmpty: boolean }) {
  const words = useWords();
  return (
    <>
      {isEmpty && <Text p={16}>{words.t('equipment.noFreeKey')}</Text>}
      {keys.length > 0 && <Text className={classes.hint ?? ''}>{words.t('equipment.cannotBeApplied')}</Text>}
      {keys.map((key) => (
        <div key={key.id} className={classes.blocked}>
          {key.product.name}
          <small>
            <MaskedKey mask={key.maskedKey} />
          </small>
          <small>{blockedWords(key, unit.id, words)}</small>
        </div>
      ))}
    </>
  );
}
