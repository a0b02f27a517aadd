import { IconFileExport } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { exportAudit } from '../../contract/audit.ts';
import { client, newIntent } from '../api/client.ts';
import { useMay } from '../api/me.ts';
import type { ListAddress } from '../grid/list-address.ts';
import { refusalWords } from '../ui/refusal-words.ts';
import { toast } from '../ui/toast.tsx';
import { VerbButton } from '../ui/verb-button.tsx';
import { useWords } from '../words/use-words.ts';
import { downloadJson } from './download.ts';

const about = ['keyId', 'equipmentId', 'customerId', 'from', 'to'];

/** The entries about the chosen key, unit, customer or period as a file that is checked without this system (L10). */
export function EvidenceButton({ address: { filters } }: { address: ListAddress }) {
  const words = useWords();
  const { t } = words;
  const may = useMay();
  const body = Object.fromEntries([...filters].filter(([name]) => about.includes(name)));
  const why = !may('audit.export')
    ? t('audit.mayNotExport')
    : Object.keys(body).length === 0
      ? t('audit.chooseFirst')
      : undefined;
  const evidence = useMutation({
    mutationFn: () => client.call(exportAudit, { body, idempotencyKey: newIntent() }),
    onSuccess: (answer) => downloadJson(`keybook-evidence-to-${answer.completeTo}.json`, answer),
    onError: (error) => toast({ title: refusalWords(error, words), refused: true }),
  });
  return (
    <VerbButton
      why={why}
      loading={evidence.isPending}
      leftSection={<IconFileExport size={16} />}
      onClick={() => evidence.mutate()}
    >
      {t('audit.evidence')}
    </VerbButton>
  );
}
