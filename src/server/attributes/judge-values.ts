import { reading, type WriteDb } from '../../db/open.ts';
import { judgeAttributes, type RecordType } from '../../domain/attributes.ts';
import type { AttributeValues } from '../records/folded.ts';
import { definitionsFor } from './attribute-queries.ts';

/**
 * Judges the attributes of a whole record inside a change: the stored values with the given ones over them, null
 * clearing one. A stored value whose definition is gone is let go.
 */
export async function judgeValues(
  tx: WriteDb,
  recordType: RecordType,
  stored: AttributeValues,
  given: Record<string, unknown> = {},
): Promise<ReturnType<typeof judgeAttributes>> {
  const definitions = await definitionsFor(reading(tx), recordType);
  const defined = new Set(definitions.map((definition) => definition.name));
  const kept = Object.entries(stored).filter(([name]) => defined.has(name));
  return judgeAttributes(definitions, Object.fromEntries([...kept, ...Object.entries(given)]));
}
