/**
 * The requirements of level 1 of the OWASP Application Security Verification Standard 5.0.0 (CC BY-SA 4.0,
 * github.com/OWASP/ASVS), in our own short words. `points` are the ones of our sixty whose tests show it; `seen` says
 * where else it can be seen. With a `gap` it is met in part where something shows it, else not at all; `none` says why it
 * does not apply.
 */
export type AsvsRequirement =
  | { says: string; points?: number[]; seen?: string; gap?: string; none?: undefined }
  | { says: string; none: string };

const noFiles =
  'no uploaded file is kept or served: imports are read and forgotten, but for rows left out, which are answered as a CSV file';
const noServer = 'Keybook is a client of a provider of single sign-on, and no authorization server';
const proxy = 'TLS is done by the proxy before Keybook (OPERATING.md, Behind a proxy)';

export const asvsLevel1: Record<string, AsvsRequirement> = {
  '1.2.1': {
    says: 'Output is encoded for where it stands',
    points: [41],
    seen: 'JSON, React and a fixed page for the rest',
  },
  '1.2.2': {
    says: 'Values in addresses are encoded; only safe protocols',
    points: [41],
    seen: 'links are made with URLSearchParams; a product’s website is https or http by its schema',
  },
  '1.2.3': { says: 'No script or JSON is put together from values', points: [37, 41] },
  '1.2.4': { says: 'SQL takes values as parameters', points: [40] },
  '1.2.5': { says: 'No command of the system is put together from values', seen: 'the server starts no other program' },
  '1.3.1': { says: 'HTML from users is cleaned', none: 'no markup is taken from users' },
  '1.3.2': { says: 'Nothing is evaluated as code', points: [37, 42], seen: 'no eval, no templates of users' },
  '1.5.1': { says: 'XML is read without entities', points: [45] },
  '2.1.1': {
    says: 'The rules of input are documented',
    seen: 'the OpenAPI description, made from the schemas that judge',
  },
  '2.2.1': { says: 'Input is judged by what is allowed', points: [22, 43] },
  '2.2.2': { says: 'It is judged on the server', points: [22] },
  '2.3.1': {
    says: 'Steps cannot be skipped',
    points: [9, 18],
    seen: 'a verb claims its row while it is still allowed',
  },
  '3.2.1': { says: 'No answer is shown as something else', points: [37, 38] },
  '3.2.2': { says: 'Text is shown as text', points: [41] },
  '3.3.1': {
    says: 'Cookies are Secure and carry a prefix',
    points: [34],
    gap: 'over plain http, meant for the machine itself, they have neither; a start says so where others can reach it',
  },
  '3.4.1': { says: 'HSTS for a year', points: [38] },
  '3.4.2': { says: 'No other origin reads answers', points: [36] },
  '3.5.1': { says: 'Requests of other sites are refused', points: [35] },
  '3.5.2': { says: 'No request without preflight changes anything', points: [35] },
  '3.5.3': { says: 'What has effects is no GET, or looks where it comes from', points: [35] },
  '4.1.1': { says: 'Every answer names its content type and charset', points: [38] },
  '4.4.1': { says: 'WebSockets over TLS', none: 'there are none' },
  '5.2.1': { says: 'Files of a size that can be handled', points: [31, 44] },
  '5.2.2': { says: 'Content fits the type it claims', points: [44] },
  '5.3.1': { says: 'Uploads are never run', none: noFiles },
  '5.3.2': { says: 'No file path is made of what users send', seen: noFiles },
  '6.1.1': { says: 'Documentation says how guessing is slowed down', seen: 'this page, Signing in' },
  '6.2.1': { says: 'Eight characters or more', points: [2] },
  '6.2.2': { says: 'People can change their password', points: [4] },
  '6.2.3': { says: 'The present one is asked for', points: [4] },
  '6.2.4': { says: 'Common passwords are refused', points: [3] },
  '6.2.5': { says: 'Any composition is good', points: [2] },
  '6.2.6': { says: 'Fields mask what is typed', seen: '`web/sign-in`, `web/settings`: fields of type password' },
  '6.2.7': { says: 'Pasting and password managers work', seen: 'fields carry `autocomplete`; nothing stops a paste' },
  '6.2.8': { says: 'A password is judged exactly as typed', points: [2] },
  '6.3.1': { says: 'Guessing is slowed down as documented', points: [6] },
  '6.3.2': { says: 'No default account', points: [1] },
  '6.4.1': {
    says: 'First secrets are random, short-lived and good once',
    points: [1],
    gap: 'an administrator may give somebody a first password, which that person should change and need not: there are no invitations yet',
  },
  '6.4.2': { says: 'No hints, no secret questions', seen: 'there are none' },
  '7.2.1': { says: 'Sessions are checked on the server', points: [13] },
  '7.2.2': { says: 'Session tokens are made anew for each', points: [13] },
  '7.2.3': { says: 'They are random, 128 bits or more', points: [13] },
  '7.2.4': { says: 'A new token at every sign-in and confirmation', points: [14] },
  '7.4.1': { says: 'An ended session opens nothing', points: [15, 17] },
  '7.4.2': { says: 'Disabling somebody ends the sessions', points: [16] },
  '8.1.1': {
    says: 'Documentation says who may do what',
    seen: 'this page, Who may do what, made from the table that is enforced',
  },
  '8.2.1': { says: 'Functions are for those who may', points: [19] },
  '8.2.2': { says: 'Records are for those who may', points: [20, 21, 27] },
  '8.3.1': { says: 'It is enforced on the server', points: [19, 20] },
  '9.1.1': { says: 'Signed tokens are checked', points: [12] },
  '9.1.2': {
    says: 'By algorithms of a list',
    points: [12],
    seen: '`openid-client` takes asymmetric ones as the provider was registered; never none',
  },
  '9.1.3': { says: 'By keys of a known source', points: [12], seen: 'the keys the configured issuer publishes' },
  '9.2.1': { says: 'Within their time', points: [12] },
  '10.4.1': { says: 'Redirect addresses are compared exactly', none: noServer },
  '10.4.2': { says: 'A code is good once', none: noServer },
  '10.4.3': { says: 'A code is short-lived', none: noServer },
  '10.4.4': { says: 'Clients use the grants they need', none: noServer },
  '10.4.5': { says: 'Refresh tokens cannot be replayed', none: noServer },
  '11.3.1': { says: 'No weak modes or paddings', points: [57] },
  '11.3.2': { says: 'Approved ciphers only', points: [57] },
  '11.4.1': {
    says: 'Approved hashes only',
    points: [57],
    seen: 'SHA-1 stands only inside TOTP (RFC 6238), as HMAC, because authenticator apps know no other',
  },
  '12.1.1': { says: 'TLS 1.2 and 1.3 only', none: proxy },
  '12.2.1': {
    says: 'TLS for everybody outside, without falling back',
    points: [34, 38],
    gap: `${proxy}; Keybook itself answers plain HTTP, on the machine itself unless HOST says otherwise, and a start warns then`,
  },
  '12.2.2': { says: 'With publicly trusted certificates', none: proxy },
  '13.4.1': {
    says: 'No repository data can be fetched',
    points: [60],
    seen: 'files are served from a fixed list made at the start',
  },
  '14.2.1': { says: 'No secret in an address', points: [30] },
  '14.3.1': {
    says: 'What was shown is cleared when the session ends',
    points: [39],
    seen: 'signing out clears storage and memory (Clear-Site-Data too)',
    gap: 'a page that lies open when its session ends by itself keeps what it shows until the next click',
  },
  '15.1.1': { says: 'Documentation says how soon parts are mended', seen: 'this page, Parts from elsewhere' },
  '15.2.1': {
    says: 'No part is older than that',
    points: [59],
    gap: 'nothing asks by itself whether an advisory exists: the person who releases does, with `npm audit`',
  },
  '15.3.1': { says: 'Answers hold the fields they need', points: [23] },
};

/** Level 2 by chapter: how many of its requirements are met, in part, not, or do not apply, and what is missing. */
export type AsvsChapter = { of: number; met: number; part: number; none: number; missing: string };

export const asvsLevel2: Record<string, AsvsChapter> = {
  'V1 Encoding and sanitization': {
    of: 19,
    met: 11,
    part: 1,
    none: 7,
    missing: '1.3.6: the one address called, the provider of single sign-on, is set by the operator and may be private',
  },
  'V2 Validation and business logic': { of: 7, met: 7, part: 0, none: 0, missing: '' },
  'V3 Web frontend': { of: 11, met: 9, part: 1, none: 1, missing: '3.3.3: no `__Host-` over plain http' },
  'V4 API and web service': { of: 8, met: 3, part: 0, none: 5, missing: '' },
  'V5 File handling': { of: 5, met: 4, part: 0, none: 1, missing: '' },
  'V6 Authentication': {
    of: 22,
    met: 13,
    part: 5,
    none: 4,
    missing:
      '6.2.12: common passwords, not all breached ones; 6.3.3: a second factor can be required and is not by default; ' +
      '6.4.3: a forgotten password is reset on the server, not by a link; 6.4.4: who has lost a factor is known by an ' +
      'administrator; 6.5.5: a code is good one step before and after its 30 seconds',
  },
  'V7 Session management': {
    of: 12,
    met: 9,
    part: 3,
    none: 0,
    missing:
      '7.1.2: any number of sessions at a time; 7.1.3, 7.6.1: a sign-out at the provider does not end the session here',
  },
  'V8 Authorization': { of: 3, met: 3, part: 0, none: 0, missing: '' },
  'V9 Self-contained tokens': { of: 3, met: 2, part: 0, none: 1, missing: '' },
  'V10 OAuth and OpenID Connect': { of: 24, met: 7, part: 0, none: 17, missing: '' },
  'V11 Cryptography': {
    of: 11,
    met: 9,
    part: 1,
    none: 1,
    missing: '11.1.1: how keys live is documented here, after no named standard',
  },
  'V12 Secure communication': {
    of: 6,
    met: 2,
    part: 2,
    none: 2,
    missing:
      '12.3.1, 12.3.3: between proxy and Keybook, and to a PostgreSQL without `sslmode`, as the operator sets it up',
  },
  'V13 Configuration': {
    of: 12,
    met: 7,
    part: 5,
    none: 0,
    missing:
      '13.2.1, 13.2.2: one database user, who owns the schema; 13.2.4, 13.2.5: no list of addresses but the settings; ' +
      '13.3.1: secrets are files',
  },
  'V14 Data protection': {
    of: 7,
    met: 5,
    part: 2,
    none: 0,
    missing:
      '14.1.2: license keys and sign-in secrets have their rules here, other data only its customers; 14.3.3: a form that ' +
      'was not saved stands in the tab’s own storage, never a license key',
  },
  'V15 Secure coding and architecture': {
    of: 10,
    met: 9,
    part: 1,
    none: 0,
    missing: '15.1.2: the lock file is the inventory; no SBOM yet',
  },
  'V16 Logging and error handling': {
    of: 16,
    met: 14,
    part: 2,
    none: 0,
    missing:
      '16.1.1: the inventory is this page and AUDIT.md; 16.4.3: the log of the program goes to stderr, and whoever runs it ' +
      'sends it on',
  },
  'V17 WebRTC': { of: 7, met: 0, part: 0, none: 7, missing: '' },
};
