/** The servers of one database: a primary, and standbys of which one may become it. */
export type Hosts = {
  count: number;
  /** The address of the one that is tried now. */
  present: () => string;
  /** Says that this one did not answer, or takes no writes: the next is tried, unless another is already. */
  leave: (address: string) => void;
};

/**
 * Reads an address that names several hosts by comma, as PostgreSQL's own programs do, before the database or as
 * `host=` (and `port=`, one or as many) behind it.
 */
export function hostsOf(url: string): Hosts {
  const addresses = addressesOf(url);
  let at = 0;
  return {
    count: addresses.length,
    present: () => addresses[at] ?? url,
    leave: (address) => {
      if (address === addresses[at]) at = (at + 1) % addresses.length;
    },
  };
}

function addressesOf(url: string): string[] {
  const [, before = '', named = '', after = ''] = /^(\w+:\/\/(?:[^/?]*@)?)([^/?]*)(.*)$/.exec(url) ?? [];
  if (named.includes(',')) return named.split(',').map((host) => before + host + after);
  const hosts = parameterOf(url, 'host');
  if (hosts.length < 2) return [url];
  const ports = parameterOf(url, 'port');
  return hosts.map((host, i) => {
    const withHost = url.replace(/([?&]host=)[^&]*/, (_, name: string) => name + host);
    return withHost.replace(/([?&]port=)[^&]*/, (_, name: string) => name + (ports[i] ?? ports[0] ?? ''));
  });
}

function parameterOf(url: string, name: 'host' | 'port'): string[] {
  const found = name === 'host' ? /[?&]host=([^&]*)/.exec(url) : /[?&]port=([^&]*)/.exec(url);
  return found?.[1]?.split(/,|%2c/i) ?? [];
}
