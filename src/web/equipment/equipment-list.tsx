import { RecordList } from '../grid/record-list.tsx';
import { BulkExport } from './bulk-export.tsx';
import { equipmentKind } from './equipment-kind.tsx';
import { ScanButton } from './scan-button.tsx';

/** Equipment: found by serial number, asset tag, name or customer. */
export function Component() {
  return (
    <RecordList
      kind={equipmentKind}
      create="equipment.create"
      beside={<ScanButton />}
      bulk={({ ids }) => <BulkExport ids={ids} />}
    />
  );
}
