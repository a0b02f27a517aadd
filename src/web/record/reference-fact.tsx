import { Link } from 'react-router';
import type { LabelledRecord } from '../../domain/labels.ts';
import type { Words } from '../words/use-words.ts';
import type { Fact } from './fact.ts';

type Named = { id: string; name: string } | null;

/** Another record that a record names, as the way to it: in the strip, unless `more` says otherwise. */
export function referenceFact(
  record: LabelledRecord,
  field: 'product' | 'customer' | 'license',
  named: Named,
  { label }: Words,
  more: Partial<Fact> = {},
): Fact {
  const value = named && <Link to={`/${field}s/${named.id}`}>{named.name}</Link>;
  return { field: `${field}Id`, label: label(record, field), value, at: 'strip', ...more };
}
