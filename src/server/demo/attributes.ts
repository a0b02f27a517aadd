import type { createAttribute } from '../../contract/attributes.ts';
import type { BodyOf } from '../../contract/endpoint.ts';
import type { DemoTexts } from './texts.ts';

type Definition = BodyOf<typeof createAttribute>;

/** The fields of the organisation's own (K12). None is required: whoever tries the demo need not fill them in. */
export function demoAttributes({ departments, procurements }: DemoTexts): Definition[] {
  return [
    {
      recordType: 'key',
      name: 'department',
      kind: 'choice',
      labelEn: 'Department',
      labelDe: 'Abteilung',
      choices: [...departments],
    },
    { recordType: 'key', name: 'contract', kind: 'text', labelEn: 'Contract', labelDe: 'Vertrag', mask: 'AA-9999' },
    {
      recordType: 'equipment',
      name: 'warrantyUntil',
      kind: 'date',
      labelEn: 'Warranty Until',
      labelDe: 'Garantie bis',
    },
    {
      recordType: 'equipment',
      name: 'memoryGb',
      kind: 'number',
      labelEn: 'Memory (GB)',
      labelDe: 'Arbeitsspeicher (GB)',
    },
    {
      recordType: 'equipment',
      name: 'diskEncrypted',
      kind: 'boolean',
      labelEn: 'Disk Encrypted',
      labelDe: 'Datenträger verschlüsselt',
    },
    {
      recordType: 'equipment',
      name: 'procurement',
      kind: 'choice',
      labelEn: 'Procurement',
      labelDe: 'Beschaffung',
      choices: [...procurements],
    },
    {
      recordType: 'license',
      name: 'autoRenewal',
      kind: 'boolean',
      labelEn: 'Automatic Renewal',
      labelDe: 'Automatische Verlängerung',
    },
    { recordType: 'license', name: 'noticeBy', kind: 'date', labelEn: 'Notice By', labelDe: 'Kündigung bis' },
  ];
}
