import { List } from '@mantine/core';
import { Link } from 'react-router';

/** The records that a refusal names, each as the way to it. */
export function HeldBy({ records }: { records: readonly { type: string; id: string; name: string }[] }) {
  return (
    <List size="sm">
      {records.map(({ type, id, name }) => (
        <List.Item key={id}>
          <Link to={addressOf(type, id)}>{name}</Link>
        </List.Item>
      ))}
    </List>
  );
}

const lists: Record<string, string> = {
  key: '/keys/',
  license: '/licenses/',
  product: '/products/',
  customer: '/customers/',
  equipment: '/equipment/',
  user: '/settings/users/',
};

/** Where a record is that a refusal names. An assignment has no page: its list shows it. */
function addressOf(type: string, id: string): string {
  const list = lists[type];
  return list === undefined ? '/assignments?state=all' : list + id;
}
