import type { VerifyResult } from '../domain/audit/verify.ts';

/** What `audit verify` says in lines: never more than a checkpoint, or the tags, prove. */
export function verdictLines(result: VerifyResult): string[] {
  const { ok, size, problems, provenTo, tags } = result;
  const summary = summaryOf(result);
  if (!ok) {
    const place = (idx: number | null) => (idx === null ? '' : `entry ${idx}: `);
    return [`NOT ok: ${summary}`, ...problems.map(({ idx, detail }) => `  ${place(idx)}${detail}`)];
  }
  if (size === 0) return [`ok: ${summary}`];
  const proven = provenTo === null ? 0 : provenTo + 1;
  const rest = proven < size ? [restWords(proven, size - 1, tags !== undefined)] : [];
  if (proven > 0) {
    const words = proven === 1 ? 'entry 0 is as it was signed' : `entries 0 to ${provenTo} are as they were signed`;
    return [`ok: ${summary}`, words, ...rest];
  }
  return tags ? [`ok: ${summary}`, ...rest] : [...rest, summary];
}

function summaryOf({ size, root, checkpointsVerified, tags }: VerifyResult): string {
  const checked = tags ? `${tags.checked} tags checked` : 'tags not checked';
  return `${size} entries, root ${root}, ${checkpointsVerified} checkpoints, ${checked}`;
}

/** Of the entries that no checkpoint covers. Where tags fit, that of `tags.begun` speaks for those before it. */
function restWords(from: number, to: number, hasTags: boolean): string {
  const isOne = from === to;
  const which = isOne ? `entry ${to}` : `entries ${from} to ${to}`;
  const them = isOne ? 'it' : 'them';
  if (!hasTags)
    return `NOT PROVEN: ${which}: nothing signed covers ${them}; whoever wrote this database may have made ${them} up`;
  const tags = isOne ? 'its tag proves' : 'their tags prove';
  return `${which}: no checkpoint covers ${them} yet; ${tags} that this installation wrote ${them}`;
}
