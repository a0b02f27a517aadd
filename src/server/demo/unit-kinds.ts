import type { Audience } from './products.ts';

/** A kind of unit: what it is called in names and by its maker, how its maker numbers it, how common it is. */
export type UnitKind = {
  type: { en: string; de: string };
  prefix: string;
  audience: Audience;
  models: readonly (readonly [manufacturer: string, model: string])[];
  memoryGb: readonly number[];
  isPersonal: boolean;
  share: number;
};

/** Makers and models are made up. */
export const unitKinds: readonly UnitKind[] = [
  {
    type: { en: 'Laptop', de: 'Notebook' },
    prefix: 'NB',
    audience: 'desk',
    models: [
      ['Corvex', 'Swiftbook 14 G3'],
      ['Corvex', 'Swiftbook 16 G3'],
      ['Ostermeer', 'Portalis 5'],
    ],
    memoryGb: [16, 32],
    isPersonal: true,
    share: 44,
  },
  {
    type: { en: 'Desktop PC', de: 'Desktop-PC' },
    prefix: 'PC',
    audience: 'desk',
    models: [
      ['Corvex', 'Tower 700'],
      ['Tarnwood', 'Compact M2'],
    ],
    memoryGb: [8, 16],
    isPersonal: true,
    share: 26,
  },
  {
    type: { en: 'Workstation', de: 'Workstation' },
    prefix: 'WS',
    audience: 'desk',
    models: [['Tarnwood', 'Z-Line 9']],
    memoryGb: [64, 128],
    isPersonal: true,
    share: 8,
  },
  {
    type: { en: 'Server', de: 'Server' },
    prefix: 'SRV',
    audience: 'server',
    models: [
      ['Ostermeer', 'Rack R420'],
      ['Ostermeer', 'Rack R640'],
    ],
    memoryGb: [64, 128, 256],
    isPersonal: false,
    share: 11,
  },
  {
    type: { en: 'Firewall', de: 'Firewall' },
    prefix: 'FW',
    audience: 'network',
    models: [['Ordnova', 'Gate 60']],
    memoryGb: [8],
    isPersonal: false,
    share: 7,
  },
  {
    type: { en: 'Access point', de: 'Access-Point' },
    prefix: 'AP',
    audience: 'network',
    models: [['Ordnova', 'Air 5']],
    memoryGb: [1],
    isPersonal: false,
    share: 4,
  },
];
