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
  ])('security 3: %s is refused', (password) => expect(isWeakPassword(password, own)).toBe(true));

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
    expect(isWeakPassword(password, own)).toBe(false),
  );
});
