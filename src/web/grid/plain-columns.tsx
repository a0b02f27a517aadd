import type { PlainFields, ShownOf } from '../../domain/records/plain-field.ts';
import type { Column } from './list-kind.ts';

/**
 * The list's columns of the fields that a record holds just as they are written. Of a record for which `isUntold` holds
 * the reader does not know them: nothing stands there, which is not the dash of an empty one.
 */
export function plainColumns<Fields extends PlainFields, Item extends ShownOf<Fields>>(
  fields: Fields,
  isUntold: (item: Item) => boolean = () => false,
): Column<Item>[] {
  return Object.entries(fields).flatMap(([name, { kind, isMono, isUsual, isUnlisted, givesWay }]) => {
    if (isUnlisted) return [];
    const isCode = kind === 'mark' || isMono === true;
    const way = givesWay ?? (kind === 'lines' ? 2 : undefined);
    const column: Column<Item> = {
      field: name,
      ...(isUsual && { isUsual }),
      ...(way && { givesWay: way }),
      show: (item, { day }) => {
        const value = item[name];
        if (isUntold(item)) return '';
        if (kind === 'day') return day(value);
        return isCode ? <span className="mono">{value ?? '–'}</span> : (value ?? '–');
      },
    };
    return column;
  });
}
