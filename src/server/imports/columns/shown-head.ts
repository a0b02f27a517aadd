import { isMask, maskLicenseKey, mayBeLicenseKey } from '../../../domain/license-key.ts';
import { shownText } from '../plan/shown-text.ts';
import { isId } from '../plan/whole-key.ts';
import type { ColumnRules } from './column.ts';
import { fieldsByName } from './columns.ts';
import { namesIn } from './mapping-names.ts';
import { holdsKeys, type Sample } from './sample.ts';

/** The header and the first rows of a table, to be shown beside a choice of fields; `names` are what a mapping calls its columns. */
export type ShownHead = { names: string[]; header: string[]; rows: string[][] };

const shownRows = 3;
const mostShown = 80;
/** A license key that begins in what is shown is whole in what is judged. */
const mostJudged = 1000;

/** What of a file stands on a screen, where any cell may be a license key: those are masked. */
export function shownHead(header: readonly string[], sample: Sample, rules: ColumnRules): ShownHead {
  const fields = fieldsByName(header, rules);
  const isKey = header.map((_, index) => fields[index] === 'licenseKey' || holdsKeys(sample, index));
  const shown = (cell: string, index: number): string =>
    fields[index] === 'id' && isId(cell.trim()) ? cell.trim() : shownCell(cell, isKey[index] ?? false);
  const rows = sample
    .slice(0, shownRows)
    .map(({ cells }) => header.map((_, index) => shown(cells[index] ?? '', index)));
  return { names: namesIn(header), header: header.map(shownText), rows };
}

function shownCell(cell: string, isKey: boolean): string {
  const text = cell.trim().slice(0, mostJudged);
  if (text === '' || isMask(text)) return text.slice(0, mostShown);
  const isSecret = isKey || (mayBeLicenseKey(text) && !/^\d{4}-\d{2}-\d{2}/.test(text));
  return (isSecret ? maskLicenseKey(text).mask : shownText(text)).slice(0, mostShown);
}
