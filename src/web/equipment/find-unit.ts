import { listEquipment } from '../../contract/equipment.ts';
import { foldText } from '../../domain/fold.ts';
import { client } from '../api/client.ts';
import type { Unit } from './equipment-kind.tsx';

const marks = ['assetTag', 'serialNumber', 'name'] as const;
const shown = 10;

/** Which of a unit's marks a scanned text is. */
export function markOf(unit: Unit, scanned: string): (typeof marks)[number] | undefined {
  return marks.find((mark) => foldText(unit[mark] ?? '') === foldText(scanned));
}

/** A label may hold the address of a unit instead of its number. */
export function unitInAddress(scanned: string): string | undefined {
  return /\/equipment\/([\x21-\x2e\x30-\x7e]{1,64})$/.exec(scanned.trim())?.[1];
}

/** The units whose tag, serial number or name is the text; where there is none, those that look like it. */
export async function findUnits(text: string): Promise<{ exact: Unit[]; alike: Unit[] }> {
  const scanned = text.trim();
  const found = await Promise.all(
    marks.map((mark) => client.call(listEquipment, { query: { [mark]: [scanned], limit: shown } })),
  );
  const exact = [...new Map(found.flatMap(({ items = [] }) => items).map((unit) => [unit.id, unit])).values()];
  if (exact.length > 0) return { exact, alike: [] };
  const { items = [] } = await client.call(listEquipment, { query: { q: scanned.slice(0, 100), limit: shown } });
  return { exact, alike: items };
}
