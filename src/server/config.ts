import { isIP } from 'node:net';
import { join, resolve } from 'node:path';

/** Every setting, with its default and what it says: the source of `--help`, the operating guide and the reader below. */
export const settingDocs = [
  { name: 'HOST', fallback: '127.0.0.1', says: 'Address to listen on.' },
  { name: 'PORT', fallback: '4180', says: 'Port to listen on; 0 takes a free one.' },
  { name: 'DATA_DIR', fallback: './data', says: 'Folder of the embedded database, the secrets and the checkpoints.' },
  { name: 'DATABASE_URL', fallback: '', says: 'A PostgreSQL database instead of the embedded file.' },
  {
    name: 'BASE_URL',
    fallback: '',
    says: 'The address people use, for links and cookies; https:// turns secure cookies on.',
  },
  { name: 'TRUSTED_PROXIES', fallback: '', says: 'Addresses, by comma, whose X-Forwarded-For is believed.' },
  { name: 'MASTER_KEY_FILE', fallback: '', says: 'File of the master key; DATA_DIR/secrets/master.key unless set.' },
  { name: 'LOG_LEVEL', fallback: 'info', says: 'trace, debug, info, warn, error or silent.' },
] as const;

type SettingName = (typeof settingDocs)[number]['name'];

export type Config = {
  host: string;
  port: number;
  dataDir: string;
  databaseUrl: string | undefined;
  baseUrl: string | undefined;
  trustedProxies: string[];
  masterKeyFile: string;
  logLevel: string;
};

/** A setting that cannot be used; the message names it and says what it takes. */
export class ConfigError extends Error {}

/** Reads the settings from the environment. Throws `ConfigError` for the first one that makes no sense. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const read = (name: SettingName): string =>
    env[name]?.trim() || (settingDocs.find((setting) => setting.name === name)?.fallback ?? '');
  const dataDir = resolve(read('DATA_DIR'));
  const config: Config = {
    host: read('HOST'),
    port: Number(read('PORT')),
    dataDir,
    databaseUrl: read('DATABASE_URL') || undefined,
    baseUrl: read('BASE_URL').replace(/\/+$/, '') || undefined,
    trustedProxies: read('TRUSTED_PROXIES')
      .split(',')
      .map((address) => address.trim())
      .filter(Boolean),
    masterKeyFile: read('MASTER_KEY_FILE') || join(dataDir, 'secrets', 'master.key'),
    logLevel: read('LOG_LEVEL'),
  };
  judge(config);
  return config;
}

function judge(config: Config): void {
  const { port, databaseUrl, baseUrl, trustedProxies, logLevel } = config;
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new ConfigError('PORT takes a number from 0 to 65535.');
  if (databaseUrl && !/^postgres(ql)?:\/\//.test(databaseUrl))
    throw new ConfigError('DATABASE_URL takes an address that begins with postgres://.');
  if (baseUrl && !/^https?:\/\/[^/]+/.test(baseUrl))
    throw new ConfigError('BASE_URL takes an address such as https://keys.example.org.');
  const wrong = trustedProxies.find((address) => isIP(address) === 0);
  if (wrong) throw new ConfigError(`TRUSTED_PROXIES takes IP addresses by comma; "${wrong}" is none.`);
  if (!['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'].includes(logLevel))
    throw new ConfigError('LOG_LEVEL takes trace, debug, info, warn, error or silent.');
}
