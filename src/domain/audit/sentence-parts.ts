/** What the payload of an entry says, as parsed: only names, masks, days and counts are looked at. */
export type Details = Readonly<Record<string, unknown>>;

/** A text of the payload; undefined where it is absent or empty. */
export function textOf(details: Details, name: string): string | undefined {
  const value = details[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Who acted; undefined where the payload does not say. */
export function actorNameOf({ actor }: Details): string | undefined {
  return typeof actor === 'object' && actor !== null ? textOf({ ...actor }, 'name') : undefined;
}

/** The name of the record an entry is about. */
export function recordNameOf(details: Details): string | undefined {
  return textOf(details, 'name') ?? textOf(details, 'fileName') ?? textOf(details, 'user');
}

/** The unit, the user or both that a key is or was assigned to; the serial number only where it differs. */
export function holderOf(details: Details): { unit?: string; serial?: string; user?: string } {
  const [unit, serial] = [textOf(details, 'equipment'), textOf(details, 'serialNumber')];
  const user = textOf(details, 'userName');
  return {
    ...(unit !== undefined && { unit }),
    ...(serial !== undefined && serial !== unit && { serial }),
    ...(user !== undefined && { user }),
  };
}

/** An import records facts, which may be older than the rules: its entries say so. */
export function isImported(details: Details): boolean {
  return details.import !== undefined || details.imported === true;
}

/** The fields an edit changed. */
export function changedFieldsOf({ changes }: Details): string[] {
  return typeof changes === 'object' && changes !== null ? Object.keys(changes) : [];
}

/** How many entries lost their content. */
export function erasedCountOf({ erased }: Details): number {
  return Array.isArray(erased) ? erased.length : 0;
}
