import {
  IconArrowBackUp,
  IconBan,
  IconCopyPlus,
  IconLink,
  IconRefresh,
  IconReplace,
  IconTrash,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import type { Verb } from '../record/verb.ts';
import { daysBetween } from '../words/formats.ts';
import { useWords } from '../words/use-words.ts';
import { ApplyDialog } from './apply-dialog.tsx';
import type { Key } from './key-kind.tsx';
import { type KeyVerb, keyVerbs, useKeyReasons } from './key-reasons.ts';
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

/** The verbs of a key in their order, and the dialog of the one that was chosen. */
export function useKeyVerbs(item: Key): { verbs: Verb[]; dialog: ReactNode } {
  const { t, today } = useWords();
  const navigate = useNavigate();
  const reasons = useKeyReasons(item);
  const [open, setOpen] = useState<KeyVerb>();
  const next = nextStep(item, today);
  const verbs = keyVerbs.map((verb) => ({
    word: t(`keys.verbs.${verb}`),
    Icon: icons[verb],
    why: reasons[verb],
    isNext: verb === next,
    isRare: verb === 'reinstate' || verb === 'delete',
    isDanger: verb === 'delete',
    run: () => (verb === 'duplicate' ? void navigate(`/keys/new?copy=${item.id}`) : setOpen(verb)),
  }));
  return { verbs, dialog: open && <KeyDialog verb={open} item={item} reasons={reasons} go={setOpen} /> };
}

/** What the state of a key asks for: a free one is there to be applied, one that ends soon or has ended to be renewed. */
function nextStep({ status, validityEnd }: Key, today: string | undefined): KeyVerb | undefined {
  if (status === 'revoked') return undefined;
  if (status === 'expired') return 'renew';
  if (validityEnd !== null && today !== undefined && daysBetween(today, validityEnd) <= 60) return 'renew';
  return status === 'available' ? 'apply' : undefined;
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
