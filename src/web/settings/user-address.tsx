import { Navigate, useParams } from 'react-router';

/** A user has no page of its own: the address opens the user in the list. */
export function Component() {
  const { id = '' } = useParams();
  return <Navigate to={`/settings?tab=users&user=${encodeURIComponent(id)}`} replace />;
}
