import { RecordList } from '../grid/record-list.tsx';
import { customerKind } from './customer-kind.tsx';

/** Customers: who owns units, keys and licenses. */
export function Component() {
  return <RecordList kind={customerKind} create="customers.write" />;
}
