import { workbookOf } from './zip.ts';

const column = (index: number): string => String.fromCharCode(65 + index);

/** The text of a sheet with these cells, of which some are merged, such as `A2:A3`. */
export function sheet(rows: readonly (readonly string[])[], merges: readonly string[] = []): string {
  const cells = (row: readonly string[], line: number): string =>
    row
      .map((text, i) => (text === '' ? '' : `<c r="${column(i)}${line}" t="inlineStr"><is><t>${text}</t></is></c>`))
      .join('');
  const merged = merges.map((ref) => `<mergeCell ref="${ref}"/>`).join('');
  return `<sheetData>${rows.map((row, i) => `<row r="${i + 1}">${cells(row, i + 1)}</row>`).join('')}</sheetData>${
    merged && `<mergeCells count="${merges.length}">${merged}</mergeCells>`
  }`;
}

const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** A workbook of these sheets, by name. */
export function book(sheets: readonly (readonly [string, string])[]): Buffer<ArrayBuffer> {
  const listed = sheets.map(([name], i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="s${i}"/>`).join('');
  const related = sheets.map(
    (_, i) => `<Relationship Id="s${i}" Type="${relations}/worksheet" Target="worksheets/own${i}.xml"/>`,
  );
  const parts = [
    { name: 'xl/workbook.xml', content: `<workbook xmlns:r="${relations}"><sheets>${listed}</sheets></workbook>` },
    { name: 'xl/_rels/workbook.xml.rels', content: `<Relationships>${related.join('')}</Relationships>` },
    ...sheets.map(([, xml], i) => ({ name: `xl/worksheets/own${i}.xml`, content: `<worksheet>${xml}</worksheet>` })),
  ];
  return Buffer.from(workbookOf('', parts));
}
