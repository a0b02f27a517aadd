import { Checkbox, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { listKeys, updateKey } from '../../contract/keys.ts';
import { mayBeLicenseKey } from '../../domain/license-key.ts';
import { client, readAnew } from '../api/client.ts';
import type { Key } from '../keys/key-kind.tsx';
import { StatusBadge } from '../ui/badges.tsx';
import { MaskedKey } from '../ui/masked-key.tsx';
import { useVerb } from '../verb/use-verb.ts';
import { VerbDialog } from '../verb/verb-dialog.tsx';
import { useWords } from '../words/use-words.ts';
import type { License } from './license-kind.tsx';
import classes from './licenses.module.css';

const shown = 50;

/** Links keys that belong to no license yet; those of the same product are offered first. */
export function AddExistingKeys({ license, close }: { license: License; close: () => void }) {
  const words = useWords();
  const { t } = words;
  const [text, setText] = useState('');
  const [isAnyProduct, setAnyProduct] = useState(false);
  const [q] = useDebouncedValue(text.trim(), 150);
  const [chosen, setChosen] = useState<ReadonlyMap<string, Key>>(new Map());
  const linking = useLinking(license.id, close);
  const found = useFreeKeys(isAnyProduct ? undefined : license.product.id, q);
  const toggle = (key: Key): void => {
    const after = new Map(chosen);
    if (!after.delete(key.id)) after.set(key.id, key);
    setChosen(after);
  };
  return (
    <VerbDialog
      title={t('licenses.addExistingTitle')}
      word={t('licenses.link', { count: chosen.size })}
      verb={linking}
      why={chosen.size === 0 ? t('licenses.chooseKeys') : undefined}
      onRun={() => linking.run([...chosen.values()])}
      onClose={close}
    >
      <TextInput
        label={t('licenses.searchKeys')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
      <Checkbox
        label={t('licenses.anyProduct')}
        checked={isAnyProduct}
        onChange={(event) => setAnyProduct(event.currentTarget.checked)}
      />
      <div className={classes.choices}>
        {found?.length === 0 && <Text py={12}>{t('licenses.noFreeKeys')}</Text>}
        {found?.map((key) => (
          <Checkbox
            key={key.id}
            className={classes.choice ?? ''}
            checked={chosen.has(key.id)}
            onChange={() => toggle(key)}
            label={<KeyWords keyRecord={key} />}
          />
        ))}
      </div>
    </VerbDialog>
  );
}

function KeyWords({ keyRecord: key }: { keyRecord: Key }) {
  return (
    <>
      {key.product.name} - <MaskedKey mask={key.maskedKey} short /> · {key.customer?.name}{' '}
      <StatusBadge status={key.status} inUse={key.inUse} />
    </>
  );
}

/** Keys without a license. What may be a whole license key is not sent: it would stand in an address. */
function useFreeKeys(productId: string | undefined, q: string): Key[] | undefined {
  const query = {
    licenseId: '',
    limit: String(shown),
    sort: 'product,validityEnd',
    ...(productId !== undefined && { productId }),
    ...(q && !mayBeLicenseKey(q) && { q }),
  };
  return useQuery({
    queryKey: ['keys', 'unlicensed', query],
    queryFn: ({ signal }) => client.call(listKeys, { query, signal }),
  }).data?.items;
}

/** One key after another; those that are linked stay linked where one is refused, and the refusal is shown. */
function useLinking(licenseId: string, close: () => void) {
  const { t } = useWords();
  const linked = useRef(new Set<string>());
  return useVerb(
    async (send, keys: Key[]) => {
      try {
        for (const { id, version } of keys) {
          if (linked.current.has(id)) continue;
          await send(updateKey, { params: { id }, body: { licenseId }, ifMatch: version });
          linked.current.add(id);
        }
      } finally {
        readAnew();
      }
    },
    { said: (_, keys) => ({ title: t('licenses.linked', { count: keys.length }) }), onDone: close },
  );
}
