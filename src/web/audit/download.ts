import { giveFile } from '../ui/give-file.ts';

export function downloadJson(name: string, value: unknown): void {
  giveFile(name, `${JSON.stringify(value, null, 2)}\n`, 'application/json');
}
