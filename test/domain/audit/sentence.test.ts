import { describe, expect, test } from 'vitest';
import { auditActions } from '../../../src/domain/audit/actions.ts';
import { auditSentence } from '../../../src/domain/audit/sentence.ts';
import { wordsIn } from '../../../src/domain/every-language.ts';

const english = wordsIn('en');
const german = wordsIn('de');

const actor = { name: 'Ada Admin', via: 'session' };

describe('L2: an entry in words', () => {
  test.each([
    ['key.created', {}, 'Created by Ada Admin'],
    ['key.created', { import: 'i1' }, 'Created by Ada Admin (imported)'],
    [
      'key.applied',
      { equipment: 'LAPTOP-001', serialNumber: 'SN-4711' },
      'Applied to Equipment "LAPTOP-001" (SN-4711) by Ada Admin',
    ],
    [
      'key.applied',
      { equipment: 'LAPTOP-001', serialNumber: 'LAPTOP-001' },
      'Applied to Equipment "LAPTOP-001" by Ada Admin',
    ],
    ['key.applied', { equipment: 'LAPTOP-001' }, 'Applied to Equipment "LAPTOP-001" by Ada Admin'],
    ['key.applied', { userName: 'Anna Berg' }, 'Applied to User "Anna Berg" by Ada Admin'],
    [
      'key.applied',
      { equipment: 'LAPTOP-001', userName: 'Anna Berg' },
      'Applied to Equipment "LAPTOP-001" and User "Anna Berg" by Ada Admin',
    ],
    [
      'key.removed',
      { equipment: 'LAPTOP-001', serialNumber: 'SN-4711' },
      'Revoked from Equipment "LAPTOP-001" (SN-4711) by Ada Admin',
    ],
    ['key.removed', { userName: 'Anna Berg' }, 'Revoked from User "Anna Berg" by Ada Admin'],
    ['key.revoked', { reason: 'lost' }, 'Revoked by Ada Admin: lost'],
    ['key.expired', { actor: { name: 'System' } }, 'Expired by System'],
    ['key.renewed', { newEnd: '2027-11-21' }, 'Renewed until 2027-11-21 by Ada Admin'],
    ['key.updated', { changes: { code: {}, remarks: {} } }, 'Changed (code, remarks) by Ada Admin'],
    ['entries.erased', { erased: [4, 7], key: 'k1' }, 'Content of 2 entries erased by Ada Admin'],
    ['equipment.created', { name: 'LAPTOP-001' }, 'Equipment "LAPTOP-001" created by Ada Admin'],
    ['session.refused', { user: 'Ada Admin' }, 'Sign-in refused to Ada Admin'],
    ['key.dreamed', {}, 'key.dreamed by Ada Admin'],
  ])('L2: %s %j reads %s', (action, details, sentence) => {
    expect(auditSentence(action, { actor, ...details }, english)).toBe(sentence);
  });

  test('L2: every action has words that name who did it, whatever else is missing', () => {
    for (const action of auditActions) {
      const sentence = auditSentence(action, { actor }, english);
      expect(sentence).toMatch(/^[A-Z][\w\- ]+ (by|to) Ada Admin$/);
      expect(sentence).not.toContain(action);
      expect(auditSentence(action, {}, english)).toContain('somebody');
    }
  });
});

describe('L2, D: an entry in German words', () => {
  test.each([
    ['key.created', {}, 'Angelegt durch Ada Admin'],
    ['key.created', { imported: true }, 'Angelegt durch Ada Admin (importiert)'],
    [
      'key.applied',
      { equipment: 'LAPTOP-001', serialNumber: 'SN-4711', userName: 'Anna Berg' },
      'Zugewiesen an Gerät „LAPTOP-001“ (SN-4711) und Benutzer „Anna Berg“ durch Ada Admin',
    ],
    [
      'key.removed',
      { equipment: 'LAPTOP-001', serialNumber: 'LAPTOP-001' },
      'Widerrufen von Gerät „LAPTOP-001“ durch Ada Admin',
    ],
    ['key.revoked', { reason: 'verloren' }, 'Widerrufen durch Ada Admin: verloren'],
    ['key.renewed', { newEnd: '2027-11-21' }, 'Verlängert bis 21.11.2027 durch Ada Admin'],
    [
      'key.updated',
      { changes: { code: {}, remarks: {}, 'attributes.room': {} } },
      'Geändert (Kürzel, Sonstiges, room) durch Ada Admin',
    ],
    [
      'equipment.updated',
      { name: 'LAPTOP-001', changes: { remarks: {} } },
      'Gerät „LAPTOP-001“ geändert (Bemerkungen) durch Ada Admin',
    ],
    ['entries.erased', { erased: [4] }, 'Inhalt von 1 Eintrag gelöscht durch Ada Admin'],
    ['entries.erased', { erased: [4, 7] }, 'Inhalt von 2 Einträgen gelöscht durch Ada Admin'],
    ['session.refused', { user: 'Ada Admin' }, 'Anmeldung abgewiesen: Ada Admin'],
    ['key.dreamed', {}, 'key.dreamed durch Ada Admin'],
  ])('L2: %s %j reads %s', (action, details, sentence) => {
    expect(auditSentence(action, { actor, ...details }, german)).toBe(sentence);
  });

  test('D: every action has German words that are not the English ones, and name who did it', () => {
    for (const action of auditActions) {
      const sentence = auditSentence(action, { actor }, german);
      expect(sentence).toMatch(/^[A-ZÄÖÜ][\wäöüß\- ,]+(durch|abgewiesen:) Ada Admin$/);
      expect(sentence).not.toBe(auditSentence(action, { actor }, english));
      expect(auditSentence(action, {}, german)).toMatch(/jemand/);
    }
  });
});
