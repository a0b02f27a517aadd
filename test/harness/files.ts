import { parse } from 'csv-parse/sync';
import { readSheet } from 'read-excel-file/node';
import { expect } from 'vitest';
import { basePath } from '../../src/contract/endpoint.ts';
import { unNeutralise } from '../../src/domain/formula-guard.ts';
import type { World } from './world.ts';

export type Download = { status: number; headers: Headers; bytes: Buffer };

type Request = { method?: string; token?: string; cookie?: string; body?: unknown };

/** Asks for a file; as the administrator's token unless said. */
export async function download(world: Pick<World, 'http' | 'adminToken'>, path: string, request: Request = {}) {
  const { method = 'GET', cookie, token = cookie === undefined ? world.adminToken : undefined, body } = request;
  const response = await world.http.request(basePath + path, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(cookie !== undefined && { cookie }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes };
}

/** The rows of a CSV file, as another library reads them; the cells as they stand there. */
export function csvCells({ bytes }: Download, delimiter = ','): string[][] {
  expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
  return parse(bytes.subarray(3), { delimiter });
}

/** The rows of a CSV file, as an import reads them. */
export function csvRows(file: Download, delimiter = ','): string[][] {
  return csvCells(file, delimiter).map((row) => row.map(unNeutralise));
}

/** The rows of an XLSX file, as another library reads them; every cell that is not empty must be a text. */
export async function xlsxRows({ bytes }: Download): Promise<string[][]> {
  const rows = await readSheet(bytes, { trim: false });
  return rows.map((row) =>
    row.map((cell) => {
      if (cell === null) return '';
      expect(typeof cell).toBe('string');
      return String(cell);
    }),
  );
}

/** Rows as objects by their headers. */
export function byHeader([header = [], ...rows]: string[][]): Record<string, string>[] {
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ''])));
}
