import { RecordList } from '../grid/record-list.tsx';
import { licenseKind } from './license-kind.tsx';

/** Software Licenses. */
export function Component() {
  return <RecordList kind={licenseKind} create="licenses.write" />;
}
