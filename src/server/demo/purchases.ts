import type { KeyType } from '../../domain/key-rules.ts';

type Range = readonly [number, number];

/**
 * Purchases of one kind. Days are counted from today; what lies behind is negative. A purchase is `keys` keys of one
 * product for one customer, under one license unless `isFree`.
 */
export type Series = {
  keyType: KeyType;
  products: readonly string[];
  purchases: number;
  keys: number;
  seats?: Range;
  /** When they were bought, where they have no end. */
  bought?: Range;
  /** Their last valid day, and how many days they run. */
  ends?: Range;
  days?: number;
  /** How many of the seats come into use. */
  used: number;
  /** Renewed for a year when their end comes near; or given back after it, so many of them. */
  isRenewed?: true;
  givenBack?: number;
  isFree?: true;
  /** The organisation's own. */
  isHouse?: true;
};

/** All that is bought in the demo: 586 keys. */
export const series: readonly Series[] = [
  {
    keyType: 'permanent',
    products: ['TDSK', 'NOFF', 'QPDF', 'TDSE', 'NOFP', 'TSRV', 'CWLT', 'QSCN', 'PLAY', 'HXDB', 'NMAP', 'PIMG', 'TSRD'],
    purchases: 30,
    keys: 6,
    bought: [-355, -6],
    used: 0.72,
  },
  {
    keyType: 'permanent',
    products: ['TCAL', 'TRDS', 'NOFF', 'QPDF'],
    purchases: 12,
    keys: 1,
    seats: [5, 40],
    bought: [-350, -40],
    used: 0.7,
  },
  {
    keyType: 'permanent',
    products: ['BARC', 'BTRM'],
    purchases: 8,
    keys: 1,
    bought: [-340, -20],
    used: 0.6,
    isFree: true,
    isHouse: true,
  },
  {
    keyType: 'subscription',
    products: ['NWSB', 'VEPS', 'CWPR', 'PCRE', 'HXBK', 'KPAY', 'VPWM', 'LMEE', 'MERP', 'KTAX', 'BREM', 'VSRV'],
    purchases: 23,
    keys: 5,
    ends: [-300, -25],
    days: 365,
    used: 0.85,
    isRenewed: true,
  },
  {
    keyType: 'subscription',
    products: ['NWSP', 'VEPS', 'CWBM', 'LTEL', 'HXBW', 'QSGN', 'PCRE', 'BREM', 'MERP', 'NWSB', 'KTAX'],
    purchases: 24,
    keys: 5,
    ends: [35, 345],
    days: 365,
    used: 0.75,
  },
  {
    keyType: 'subscription',
    products: ['NWSB', 'VEPS', 'LMEE', 'KPAY'],
    purchases: 8,
    keys: 3,
    ends: [2, 29],
    days: 365,
    used: 0.9,
  },
  {
    keyType: 'subscription',
    products: ['VPWM', 'CWPR', 'NWSP'],
    purchases: 6,
    keys: 3,
    ends: [-28, -2],
    days: 365,
    used: 0.95,
    givenBack: 0.4,
  },
  {
    keyType: 'subscription',
    products: ['LTEL'],
    purchases: 1,
    keys: 5,
    ends: [-220, -90],
    days: 365,
    used: 1,
    givenBack: 1,
  },
  {
    keyType: 'subscription',
    products: ['BMDM', 'NWSB', 'VEPS', 'LTEL'],
    purchases: 8,
    keys: 1,
    seats: [10, 50],
    ends: [40, 300],
    days: 365,
    used: 0.6,
  },
  {
    keyType: 'trial',
    products: ['PCRE', 'CWPR', 'MERP', 'QSGN', 'HXBK', 'LMEE', 'CWBM'],
    purchases: 14,
    keys: 2,
    ends: [-320, -40],
    days: 30,
    used: 0.9,
    givenBack: 0.85,
    isFree: true,
  },
  {
    keyType: 'trial',
    products: ['VPWM', 'NMAP'],
    purchases: 2,
    keys: 2,
    ends: [-25, -3],
    days: 30,
    used: 1,
    givenBack: 0.5,
    isFree: true,
  },
  {
    keyType: 'trial',
    products: ['PIMG', 'BREM', 'KPAY', 'QPDF'],
    purchases: 4,
    keys: 2,
    ends: [3, 25],
    days: 30,
    used: 0.7,
    isFree: true,
  },
  {
    keyType: 'timeLimited',
    products: ['OFWS', 'OFWT', 'MLRN', 'HXVS', 'OWLC'],
    purchases: 5,
    keys: 4,
    ends: [-280, -50],
    days: 180,
    used: 0.8,
    givenBack: 0.6,
  },
  {
    keyType: 'timeLimited',
    products: ['OFWS', 'OFWT', 'HXVS', 'OWLC', 'MLRN'],
    purchases: 6,
    keys: 4,
    ends: [60, 600],
    days: 730,
    used: 0.8,
  },
  { keyType: 'timeLimited', products: ['OFWT', 'MLRN'], purchases: 2, keys: 3, ends: [4, 28], days: 365, used: 0.9 },
  {
    keyType: 'timeLimited',
    products: ['OFWS', 'HXVS', 'MLRN'],
    purchases: 3,
    keys: 2,
    ends: [376, 410],
    days: 365,
    used: 0,
  },
];
