import { ActionIcon, Menu } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import {
  IconArrowBackUp,
  IconBan,
  IconCopyPlus,
  IconDots,
  IconLink,
  IconRefresh,
  IconReplace,
  IconTrash,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { phone } from '../ui/phone.ts';
import { VerbButton } from '../ui/verb-button.tsx';
import { useWords } from '../words/use-words.ts';
import { ApplyDialog } from './apply-dialog.tsx';
import type { Key } from './key-kind.tsx';
import { type KeyVerb, keyVerbs, useKeyReasons } from './key-reasons.ts';
import classes from './keys.module.css';
import { DeleteDialog, ReinstateDialog, ReplaceDialog } from './reason-dialogs.tsx';
import { RenewDialog } from './renew-dialog.tsx';
import { RevokeDialog } from './revoke-dialog.tsx';

const icons = {
  apply: IconLink,
  renew: IconRefresh,
  replace: IconReplace,
  duplicate: IconCopyPlus,
  revoke: IconBan,
  reinstate: IconArrowBackUp,
  delete: IconTrash,
};

/** The verbs of a key. What does not fit goes into the menu; what cannot be done says why. */
export function KeyActions({ item, isDirty }: { item: Key; isDirty: boolean }) {
  const { t, manner } = useWords();
  const navigate = useNavigate();
  const reasons = useKeyReasons(item);
  const [open, setOpen] = useState<KeyVerb>();
  const isNarrow = useMediaQuery(phone);
  const isWide = useMediaQuery('(min-width: 1200px)');
  const count = isNarrow ? 1 : isWide && !isDirty ? (manner.isWordy ? 4 : 5) : 3 - Number(isDirty);
  const run = (verb: KeyVerb): void => {
    if (verb === 'duplicate') void navigate(`/keys/new?copy=${item.id}`);
    else setOpen(verb);
  };
  return (
    <>
      {keyVerbs.slice(0, count).map((verb) => {
        const Icon = icons[verb];
        return (
          <VerbButton
            key={verb}
            why={reasons[verb]}
            leftSection={<Icon size={16} stroke={1.75} />}
            onClick={() => run(verb)}
          >
            {t(`keys.verbs.${verb}`)}
          </VerbButton>
        );
      })}
      <More verbs={keyVerbs.slice(count)} reasons={reasons} run={run} />
      {open && <KeyDialog verb={open} item={item} reasons={reasons} go={setOpen} />}
    </>
  );
}

type MoreProps = { verbs: KeyVerb[]; reasons: Partial<Record<KeyVerb, string>>; run: (verb: KeyVerb) => void };

/** The rest of the verbs; one that cannot be done has its reason below it. */
function More({ verbs, reasons, run }: MoreProps) {
  const { t } = useWords();
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <ActionIcon variant="default" size={32} aria-label={t('keys.moreVerbs')}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {verbs.map((verb) => {
          const Icon = icons[verb];
          const why = reasons[verb];
          return (
            <Menu.Item
              key={verb}
              leftSection={<Icon size={16} stroke={1.75} />}
              aria-disabled={why !== undefined || undefined}
              closeMenuOnClick={why === undefined}
              data-locked={why !== undefined || undefined}
              className={classes.menuItem ?? ''}
              {...(verb === 'delete' && why === undefined && { c: 'var(--kb-danger)' })}
              onClick={() => why === undefined && run(verb)}
            >
              {t(`keys.verbs.${verb}`)}
              {why !== undefined && <span className="help">{why}</span>}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

type DialogProps = {
  verb: KeyVerb;
  item: Key;
  reasons: Partial<Record<KeyVerb, string>>;
  go: (verb: KeyVerb | undefined) => void;
};

function KeyDialog({ verb, item, reasons, go }: DialogProps) {
  const props = { item, onClose: () => go(undefined) };
  switch (verb) {
    case 'apply':
      return <ApplyDialog {...props} />;
    case 'renew':
      return <RenewDialog ids={[item.id]} {...props} />;
    case 'replace':
      return <ReplaceDialog {...props} />;
    case 'revoke':
      return <RevokeDialog ids={[item.id]} {...props} />;
    case 'reinstate':
      return <ReinstateDialog {...props} />;
    case 'delete':
      return <DeleteDialog {...props} onRevoke={reasons.revoke === undefined ? () => go('revoke') : undefined} />;
    default:
      return null;
  }
}
