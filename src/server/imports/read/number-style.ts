/** Which sign of a number parts its decimals: 1,234.5 (point) or 1.234,5 (comma). */
export type NumberStyle = 'point' | 'comma';

/** What the numbers of a column have shown so far; `openLine` is the first that could be read two ways. */
export type NumberEvidence = { point: boolean; comma: boolean; openLine: number | undefined };

export function noNumbers(): NumberEvidence {
  return { point: false, comma: false, openLine: undefined };
}

/** Notes what a number says of its column. */
export function noteNumber(evidence: NumberEvidence, text: string, line: number): void {
  const shape = shapeOf(text);
  if (shape === 'open') evidence.openLine ??= line;
  else if (shape === 'point' || shape === 'comma') evidence[shape] = true;
}

/**
 * The style of a column: the one its numbers show. Undefined where none needs it, and where they show both: then each is
 * read as it stands. 'unclear' where there are only numbers like 1.234.
 */
export function numberStyleOf({ point, comma, openLine }: NumberEvidence): NumberStyle | 'unclear' | undefined {
  if (point !== comma) return point ? 'point' : 'comma';
  return openLine === undefined || point ? undefined : 'unclear';
}

/** A number of digits, points and commas; undefined where it is none, or could be two. */
export function readAmount(text: string, style: NumberStyle | undefined): number | undefined {
  const shape = shapeOf(text);
  const used = shape === 'open' ? style : shape;
  if (used === 'plain') return Number(text);
  if (used === 'point') return Number(text.replaceAll(',', ''));
  return used === 'comma' ? Number(text.replaceAll('.', '').replace(',', '.')) : undefined;
}

/** How a number is written; `open`: 1.234 is a thousand to some and little more than one to others. */
function shapeOf(text: string): NumberStyle | 'plain' | 'open' | undefined {
  if (/^\d{1,15}$/.test(text)) return 'plain';
  if (text.length > 40) return undefined;
  if (/^[1-9]\d{0,2}[.,]\d{3}$/.test(text)) return 'open';
  if (/^\d+\.\d+$/.test(text) || /^\d{1,3}(,\d{3})+\.\d+$/.test(text) || /^\d{1,3}(,\d{3}){2,}$/.test(text))
    return 'point';
  if (/^\d+,\d+$/.test(text) || /^\d{1,3}(\.\d{3})+,\d+$/.test(text) || /^\d{1,3}(\.\d{3}){2,}$/.test(text))
    return 'comma';
  return undefined;
}
