/** Kept: to make one takes fifty times as long as to use it, and a workbook has a million numbers. */
const format = new Intl.NumberFormat('en-US', { useGrouping: false, maximumFractionDigits: 20 });

/** A number in digits, without groups and exponents, with a dot. */
export function plainNumber(value: number): string {
  const short = String(value);
  return short.includes('e') ? format.format(value) : short;
}
