import { join, resolve } from 'node:path';
import { type AddressRanges, readAddressRanges } from './http/address-ranges.ts';

/** Every setting, with its default and what it says: the source of `--help`, the operating guide and the reader below. */
export const settingDocs = [
  { name: 'HOST', fallback: '127.0.0.1', says: 'Address to listen on.' },
  { name: 'PORT', fallback: '4180', says: 'Port to listen on; 0 takes a free one.' },
  { name: 'DATA_DIR', fallback: './data', says: 'Folder of the embedded database, the secrets and the checkpoints.' },
  { name: 'DATABASE_URL', fallback: '', says: 'A PostgreSQL database instead of the embedded file.' },
  {
    name: 'BASE_URL',
    fallback: '',
    says: 'The address people use, or several by comma, the first for links; no other name is answered. https:// turns secure cookies on.',
  },
  {
    name: 'TRUSTED_PROXIES',
    fallback: '',
    says: 'Addresses and ranges (10.1.0.0/16), by comma, whose X-Forwarded-For is believed.',
  },
  { name: 'MASTER_KEY_FILE', fallback: '', says: 'File of the master key; DATA_DIR/secrets/master.key unless set.' },
  {
    name: 'BACKUP_DIR',
    fallback: '',
    says: 'A folder that is there, for a backup of the embedded file each night, made by the server itself.',
  },
  { name: 'BACKUP_KEEP', fallback: '7', says: 'So many of these backups are kept, the newest.' },
  {
    name: 'REQUESTS_PER_MINUTE',
    fallback: '3000',
    says: 'So many requests a person may send; an address without a sign-in a quarter of it. 0 is no limit.',
  },
  { name: 'SESSION_IDLE_MINUTES', fallback: '30', says: 'A session ends after so long without a request.' },
  { name: 'SESSION_HOURS', fallback: '12', says: 'A session ends after so long at the latest.' },
  { name: 'OIDC_ISSUER', fallback: '', says: 'Provider for single sign-on by OpenID Connect; needs BASE_URL.' },
  { name: 'OIDC_CLIENT_ID', fallback: '', says: 'The name Keybook has at that provider.' },
  {
    name: 'OIDC_CLIENT_SECRET_FILE',
    fallback: '',
    says: 'File of the secret Keybook has at that provider; none for a public client.',
  },
  {
    name: 'METRICS_TOKEN_FILE',
    fallback: '',
    says: 'File of a token that reads /metrics and nothing else, for a program that collects figures.',
  },
  { name: 'LOG_LEVEL', fallback: 'info', says: 'trace, debug, info, warn, error or silent.' },
] as const;

type SettingName = (typeof settingDocs)[number]['name'];

export type Config = {
  host: string;
  port: number;
  dataDir: string;
  databaseUrl: string | undefined;
  baseUrl: string | undefined;
  /** Further addresses people use; links are made of the first. */
  moreBaseUrls: string[];
  requestsPerMinute: number;
  trustedProxies: AddressRanges;
  masterKeyFile: string;
  /** Where nightly backups go; undefined where none are made. */
  backupDir: string | undefined;
  backupKeep: number;
  sessionIdleMinutes: number;
  sessionHours: number;
  oidc: OidcConfig | undefined;
  metricsTokenFile: string | undefined;
  logLevel: string;
};

/** A provider of single sign-on, and what Keybook is called there. */
export type OidcConfig = { issuer: string; clientId: string; clientSecretFile: string | undefined };

/** A setting that cannot be used; the message names it and says what it takes. */
export class ConfigError extends Error {}

/** Reads the settings from the environment. Throws `ConfigError` for the first one that makes no sense. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const read = (name: SettingName): string =>
    env[name]?.trim() || (settingDocs.find((setting) => setting.name === name)?.fallback ?? '');
  const dataDir = resolve(read('DATA_DIR'));
  const [baseUrl, ...moreBaseUrls] = read('BASE_URL')
    .split(',')
    .map((address) => address.trim().replace(/\/+$/, ''))
    .filter(Boolean);
  const config: Config = {
    host: read('HOST'),
    port: Number(read('PORT')),
    dataDir,
    databaseUrl: read('DATABASE_URL') || undefined,
    baseUrl,
    moreBaseUrls,
    requestsPerMinute: Number(read('REQUESTS_PER_MINUTE')),
    trustedProxies: proxiesOf(read('TRUSTED_PROXIES')),
    masterKeyFile: read('MASTER_KEY_FILE') || join(dataDir, 'secrets', 'master.key'),
    backupDir: read('BACKUP_DIR') ? resolve(read('BACKUP_DIR')) : undefined,
    backupKeep: Number(read('BACKUP_KEEP')),
    sessionIdleMinutes: Number(read('SESSION_IDLE_MINUTES')),
    sessionHours: Number(read('SESSION_HOURS')),
    oidc: read('OIDC_ISSUER')
      ? {
          issuer: read('OIDC_ISSUER'),
          clientId: read('OIDC_CLIENT_ID'),
          clientSecretFile: read('OIDC_CLIENT_SECRET_FILE') || undefined,
        }
      : undefined,
    metricsTokenFile: read('METRICS_TOKEN_FILE') || undefined,
    logLevel: read('LOG_LEVEL'),
  };
  judge(config);
  return config;
}

function proxiesOf(text: string): AddressRanges {
  const read = readAddressRanges(text);
  if ('ranges' in read) return read.ranges;
  throw new ConfigError(
    `TRUSTED_PROXIES takes IP addresses, and ranges such as 10.1.0.0/16, by comma; "${read.wrong}" is neither.`,
  );
}

function judge(config: Config): void {
  const { port, databaseUrl, baseUrl, moreBaseUrls, requestsPerMinute, logLevel } = config;
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new ConfigError('PORT takes a number from 0 to 65535.');
  if (databaseUrl && !/^postgres(ql)?:\/\//.test(databaseUrl))
    throw new ConfigError('DATABASE_URL takes an address that begins with postgres://.');
  for (const address of [baseUrl, ...moreBaseUrls]) judgeBaseUrl(address);
  if (!Number.isInteger(requestsPerMinute) || requestsPerMinute < 0)
    throw new ConfigError('REQUESTS_PER_MINUTE takes a whole number; 0 is no limit.');
  judgeBackups(config);
  judgeSessions(config);
  judgeOidc(config);
  if (!['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'].includes(logLevel))
    throw new ConfigError('LOG_LEVEL takes trace, debug, info, warn, error or silent.');
}

/** Cookies, links and pages are made for a host of Keybook's own. */
function judgeBaseUrl(baseUrl: string | undefined): void {
  if (baseUrl === undefined) return;
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '')
    throw new ConfigError('BASE_URL takes an address such as https://keys.example.org.');
  if (url.pathname !== '/')
    throw new ConfigError(
      `BASE_URL takes no folder (${url.pathname}): Keybook needs an address of its own, such as https://keys.example.org.`,
    );
}

/** A database server has its own means, and no file to copy. */
function judgeBackups({ backupDir, backupKeep, databaseUrl }: Config): void {
  if (backupDir && databaseUrl)
    throw new ConfigError(
      'BACKUP_DIR is for the embedded file. With DATABASE_URL leave it out: PostgreSQL is backed up by its own tools, as docs/OPERATING.md says.',
    );
  if (!Number.isInteger(backupKeep) || backupKeep < 1 || backupKeep > 1000)
    throw new ConfigError('BACKUP_KEEP takes a whole number from 1 to 1000.');
}

function judgeSessions({ sessionIdleMinutes, sessionHours }: Config): void {
  if (!(sessionIdleMinutes >= 1 && sessionIdleMinutes <= 1440))
    throw new ConfigError('SESSION_IDLE_MINUTES takes a number from 1 to 1440.');
  if (!(sessionHours >= 1 && sessionHours <= 720)) throw new ConfigError('SESSION_HOURS takes a number from 1 to 720.');
}

/** Plain http only to this machine itself: a token read on the way would sign its reader in. */
function judgeOidc({ oidc, baseUrl }: Config): void {
  if (!oidc) return;
  const issuer = URL.canParse(oidc.issuer) ? new URL(oidc.issuer) : undefined;
  if (!issuer || (issuer.protocol !== 'https:' && !(issuer.protocol === 'http:' && isLoopback(issuer))))
    throw new ConfigError('OIDC_ISSUER takes an address that begins with https://.');
  if (!oidc.clientId) throw new ConfigError('OIDC_ISSUER needs OIDC_CLIENT_ID, the name Keybook has there.');
  if (!baseUrl) throw new ConfigError('OIDC_ISSUER needs BASE_URL: the provider leads people back to it.');
}

/** Whether an address leads to this machine itself. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
