import type { KeyFormat } from './key-formats.ts';

/** Whom a product is for: a kind of unit, or a person. */
export type Audience = 'desk' | 'server' | 'network' | 'user';

/** A product to be recorded; `price` is what one costs, in euros. Makers and products are made up. */
export type DemoProduct = {
  code: string;
  name: string;
  manufacturer: string;
  site: string;
  audience: Audience;
  format: KeyFormat;
  price: number;
};

type Row = Omit<DemoProduct, 'manufacturer' | 'site'>;

function of(manufacturer: string, site: string, rows: Row[]): DemoProduct[] {
  return rows.map((row) => ({ ...row, manufacturer, site }));
}

/** The forty products of the demo. */
export const demoProducts: readonly DemoProduct[] = [
  ...of('Tellura', 'tellura.example', [
    { code: 'TDSK', name: 'Tellura Desktop Pro 12', audience: 'desk', format: 'fiveByFive', price: 179 },
    { code: 'TDSE', name: 'Tellura Desktop Enterprise 12', audience: 'desk', format: 'fiveByFive', price: 259 },
    { code: 'TSRV', name: 'Tellura Server 2025 Standard', audience: 'server', format: 'fiveByFive', price: 890 },
    { code: 'TSRD', name: 'Tellura Server 2025 Datacenter', audience: 'server', format: 'fiveByFive', price: 4350 },
    { code: 'TCAL', name: 'Tellura Server 2025 User Access', audience: 'user', format: 'numeric', price: 38 },
    { code: 'TRDS', name: 'Tellura Remote Desktop 2025 User Access', audience: 'user', format: 'numeric', price: 119 },
  ]),
  ...of('Norvik', 'norvik.example', [
    { code: 'NOFF', name: 'Norvik Office Standard 2025', audience: 'desk', format: 'fiveByFive', price: 289 },
    { code: 'NOFP', name: 'Norvik Office Professional 2025', audience: 'desk', format: 'fiveByFive', price: 429 },
    { code: 'NWSB', name: 'Norvik Workspace Business', audience: 'user', format: 'guid', price: 126 },
    { code: 'NWSP', name: 'Norvik Workspace Premium', audience: 'user', format: 'guid', price: 222 },
    { code: 'NMAP', name: 'Norvik Diagram 2025', audience: 'desk', format: 'fiveByFive', price: 340 },
  ]),
  ...of('Quillmark', 'quillmark.example', [
    { code: 'QPDF', name: 'Quillmark PDF Editor 9', audience: 'desk', format: 'fourByFour', price: 129 },
    { code: 'QSCN', name: 'Quillmark Scan & OCR 4', audience: 'desk', format: 'fourByFour', price: 99 },
    { code: 'QSGN', name: 'Quillmark Signature', audience: 'user', format: 'hexGroups', price: 96 },
  ]),
  ...of('Brightforge', 'brightforge.example', [
    { code: 'BARC', name: 'Brightforge Archiver 7', audience: 'desk', format: 'short', price: 24 },
    { code: 'BREM', name: 'Brightforge Remote Support', audience: 'user', format: 'hexGroups', price: 348 },
    { code: 'BMDM', name: 'Brightforge Device Management', audience: 'desk', format: 'hexGroups', price: 42 },
    { code: 'BTRM', name: 'Brightforge Terminal 3', audience: 'desk', format: 'short', price: 39 },
  ]),
  ...of('Cadwright', 'cadwright.example', [
    { code: 'CWLT', name: 'Cadwright LT 2025', audience: 'desk', format: 'serialLike', price: 540 },
    { code: 'CWPR', name: 'Cadwright Professional', audience: 'desk', format: 'serialLike', price: 1690 },
    { code: 'CWBM', name: 'Cadwright Building Suite', audience: 'desk', format: 'serialLike', price: 2480 },
  ]),
  ...of('Pagesmith', 'pagesmith.example', [
    { code: 'PLAY', name: 'Pagesmith Layout 2025', audience: 'desk', format: 'versioned', price: 319 },
    { code: 'PIMG', name: 'Pagesmith Photo 2025', audience: 'desk', format: 'versioned', price: 219 },
    { code: 'PCRE', name: 'Pagesmith Creative Suite', audience: 'user', format: 'versioned', price: 620 },
  ]),
  ...of('Vaultrix', 'vaultrix.example', [
    { code: 'VEPS', name: 'Vaultrix Endpoint Security', audience: 'desk', format: 'fourByFour', price: 36 },
    { code: 'VSRV', name: 'Vaultrix Server Security', audience: 'server', format: 'fourByFour', price: 118 },
    { code: 'VPWM', name: 'Vaultrix Password Vault', audience: 'user', format: 'signed', price: 48 },
  ]),
  ...of('Hexalane', 'hexalane.example', [
    { code: 'HXDB', name: 'Hexalane Database 16 Standard', audience: 'server', format: 'signed', price: 1980 },
    { code: 'HXBK', name: 'Hexalane Backup Server', audience: 'server', format: 'guid', price: 745 },
    { code: 'HXBW', name: 'Hexalane Backup Workstation', audience: 'desk', format: 'guid', price: 59 },
    { code: 'HXVS', name: 'Hexalane Virtualization Support', audience: 'server', format: 'guid', price: 1320 },
  ]),
  ...of('Ordnova', 'ordnova.example', [
    { code: 'OFWS', name: 'Ordnova Firewall Support', audience: 'network', format: 'numeric', price: 410 },
    { code: 'OFWT', name: 'Ordnova Firewall Threat Updates', audience: 'network', format: 'numeric', price: 690 },
    { code: 'OWLC', name: 'Ordnova Wireless Management', audience: 'network', format: 'numeric', price: 85 },
  ]),
  ...of('Lumenor', 'lumenor.example', [
    { code: 'LMEE', name: 'Lumenor Meetings', audience: 'user', format: 'hexGroups', price: 132 },
    { code: 'LTEL', name: 'Lumenor Cloud Telephony', audience: 'user', format: 'hexGroups', price: 108 },
  ]),
  ...of('Meridia', 'meridia.example', [
    { code: 'MERP', name: 'Meridia ERP Named User', audience: 'user', format: 'signed', price: 960 },
    { code: 'MLRN', name: 'Meridia Learning Campaign', audience: 'user', format: 'signed', price: 74 },
  ]),
  ...of('Kalkwerk', 'kalkwerk.example', [
    { code: 'KPAY', name: 'Kalkwerk Payroll', audience: 'desk', format: 'versioned', price: 388 },
    { code: 'KTAX', name: 'Kalkwerk Tax Office', audience: 'desk', format: 'versioned', price: 870 },
  ]),
];
