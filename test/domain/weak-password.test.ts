import { describe, expect, it } from 'vitest';
import { isWeakPassword } from '../../src/domain/weak-password.ts';

const own = ['Nordwind IT', 'Ada Admin', 'ada@nordwind.example'];

describe('a password', () => {
  it.each([
    'password1234',
    'P4ssw0rd2026!',
    'Passwort!2345',
    'qwertzuiop12',
    'qwerty123456',
    'iloveyou1234',
    '123456789012',
    'abcdefghijkl',
    'aaaaaaaaaaaa',
    'Welcome-2026!',
    'Willkommen2026',
    'administrator1',
    'Keybook-admin-1',
    'nordwind2026!',
    'Ada.Admin.1985',
    'ada@nordwind1',
    'letmeinletmein',
  ])('security 3: %s is refused', (password) => expect(isWeakPassword(password, own, () => false)).toBe(true));

  it.each([
    'correct horse battery staple',
    'a long enough password',
    'another long password',
    'gXk3-pQ7v-RtzM',
    'Fjord Lampe 7 Igel Zimt',
    'пароль из шести слов',
    '🦑🔑'.repeat(100),
    'a'.repeat(64),
  ])('security 2: %s is taken: no kinds of characters are asked for', (password) =>
    expect(isWeakPassword(password, own, () => false)).toBe(false),
  );

  it.each([
    'liverpool',
    'Liverpool-1892!',
    '12Liverpool12',
    'l1v3rp00l',
    'loopreviL123',
    'liverpoolliverpool',
    'liverpool1liverpool1',
  ])('S10: %s is refused where "liverpool" is on the list', (password) =>
    expect(isWeakPassword(password, [], (text) => text === 'liverpool')).toBe(true),
  );

  it.each(['liverpool-gk4827zq', 'liverpool fjord lampe', 'x9k2m7-liverpool'])(
    'S10: %s is taken all the same: something stands beside it',
    (password) => expect(isWeakPassword(password, [], (text) => text === 'liverpool')).toBe(false),
  );
});
