import type { ReadDb } from '../../db/open.ts';
import { type AuditHeader, decodeHeader } from '../../domain/audit/entry.ts';
import type { TagOf } from '../../domain/audit/tag-checks.ts';
import type { App } from '../context.ts';
import { firstBegun } from './prove-growth.ts';

export type Log = { db: ReadDb; app: App };

type Entry = { idx: number; action: string; key_id: string | null; equipment_id: string | null };
type Signed = Entry & { header: string; tag: string | null };

/** Reads a header that this installation wrote and whose columns say the same. */
export async function genuineReader(log: Log): Promise<(entry: Signed) => AuditHeader | undefined> {
  const read = readerFrom(await firstTaggedOf(log), log.app.vault.tag);
  return (entry) => {
    const header = read(entry);
    const isSame = header?.a === entry.action && header.k === entry.key_id && header.e === entry.equipment_id;
    return isSame ? header : undefined;
  };
}

/** Reads a header that this installation wrote for that place, whatever its columns say. */
export type ReadHeader = (entry: Pick<Signed, 'idx' | 'header' | 'tag'>) => AuditHeader | undefined;

/** An entry without a tag must be of before tags. */
export function readerFrom(firstTagged: number, tagOf: TagOf): ReadHeader {
  return ({ idx, header: text, tag }) => {
    if (tag === null ? idx >= firstTagged : tag !== tagOf(text)) return undefined;
    const header = decodeHeader(text);
    return header?.i === idx ? header : undefined;
  };
}

/** Where tags begin, which is asked once a process; 0 where no genuine entry says so: then all must have one. */
export async function firstTaggedOf({ db, app: { vault, signing } }: Log): Promise<number> {
  if (signing.tagsFrom !== undefined) return signing.tagsFrom;
  const begun = await firstBegun(db);
  if (begun === undefined || begun.tag !== vault.tag(begun.header) || decodeHeader(begun.header)?.i !== begun.idx)
    return 0;
  signing.tagsFrom = begun.idx;
  return begun.idx;
}
