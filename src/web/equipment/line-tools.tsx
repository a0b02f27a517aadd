import { ActionIcon, Modal, Tooltip } from '@mantine/core';
import { IconEye, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useMay } from '../api/me.ts';
import { EditDialog } from '../assignments/edit-dialog.tsx';
import { RemoveDialog } from '../assignments/remove-dialog.tsx';
import type { Assignment } from '../assignments/write-assignments.ts';
import { KeyText } from '../keys/key-text.tsx';
import { useWords } from '../words/use-words.ts';

type Tool = 'reveal' | 'edit' | 'remove';

/** What can be done to a line: read its key, correct it, remove it. */
export function LineTools({ line, size = 28 }: { line: Assignment; size?: number }) {
  const { t } = useWords();
  const may = useMay();
  const [open, setOpen] = useState<Tool>();
  const close = (): void => setOpen(undefined);
  const tools = [
    { tool: 'reveal', Icon: IconEye, allowed: may('keys.reveal') && line.key.delivery !== 'account' },
    { tool: 'edit', Icon: IconPencil, allowed: may('assignments.update') },
    { tool: 'remove', Icon: IconTrash, allowed: may('assignments.remove') },
  ] as const;
  return (
    <>
      {tools
        .filter(({ allowed }) => allowed)
        .map(({ tool, Icon }) => (
          <Tooltip key={tool} label={t(`equipment.tool.${tool}`)}>
            <ActionIcon
              variant="subtle"
              color="gray"
              c="var(--kb-ink-2)"
              size={size}
              aria-label={t(`equipment.toolFor.${tool}`, { product: line.key.product.name })}
              onClick={() => setOpen(tool)}
            >
              <Icon size={16} stroke={1.75} />
            </ActionIcon>
          </Tooltip>
        ))}
      {open === 'edit' && <EditDialog line={line} onClose={close} />}
      {open === 'remove' && <RemoveDialog lines={[line]} onClose={close} />}
      {open === 'reveal' && (
        <Modal
          closeButtonProps={{ 'aria-label': t('assignments.close') }}
          opened
          onClose={close}
          title={line.key.product.name}
        >
          <KeyText keyId={line.key.id} mask={line.key.maskedKey} delivery={line.key.delivery} isOnUnit layout="card" />
        </Modal>
      )}
    </>
  );
}
