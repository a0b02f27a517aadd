import { IconFileExport } from '@tabler/icons-react';
import { exportAudit } from '../../contract/audit.ts';
import { useMay } from '../api/me.ts';
import type { ListAddress } from '../grid/list-address.ts';
import { VerbButton } from '../ui/verb-button.tsx';
import { useVerb } from '../verb/use-verb.ts';
import { useWords } from '../words/use-words.ts';
import { downloadJson } from './download.ts';

const about = ['keyId', 'equipmentId', 'customerId', 'from', 'to'];

/** The entries about the chosen key, unit, customer or period as a file that is checked without this system (L10). */
export function EvidenceButton({ address: { filters } }: { address: ListAddress }) {
  const { t } = useWords();
  const may = useMay();
  const body = Object.fromEntries([...filters].filter(([name]) => about.includes(name)));
  const why = !may('audit.export')
    ? t('audit.mayNotExport')
    : Object.keys(body).length === 0
      ? t('audit.chooseFirst')
      : undefined;
  const evidence = useVerb((send) => send(exportAudit, { body }), {
    refusals: 'toast',
    onDone: (answer) => downloadJson(`keybook-evidence-to-${answer.completeTo}.json`, answer),
  });
  return (
    <VerbButton
      why={why}
      loading={evidence.busy}
      leftSection={<IconFileExport size={16} />}
      onClick={() => void evidence.run()}
    >
      {t('audit.evidence')}
    </VerbButton>
  );
}
