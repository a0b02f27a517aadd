/** Members of an entry that are said elsewhere in it, or are names for programs only: no row tells them. */
export const untold: readonly string[] = [
  ...[
    'actor',
    'changes',
    'batch',
    'assignment',
    'import',
    'imported',
    'undone',
    'export',
    'oldEnd',
    'key',
    'house',
    'mended',
  ],
  ...['facts', 'moment', 'renewal', 'identity', 'identities', 'codes', 'factors', 'fingerprint', 'spelledAlike'],
  ...['houseId', 'ownerId'],
  ...['textDigest', 'passwordDigest', 'secretDigest', 'codeDigest', 'tokenDigest'],
];
