import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { everyLanguage } from '../../src/domain/every-language.ts';
import { attemptName } from '../../src/domain/labels.ts';
import {
  type Action,
  actions,
  inScope,
  intersectScopes,
  mayRole,
  type roles,
  type Scope,
} from '../../src/domain/permissions.ts';

// Object.keys forgets the names; the table is a constant without other keys.
const all = Object.keys(actions) as Action[];
const of = (role: (typeof roles)[number]) => all.filter((action) => mayRole(role, action)).sort();

describe('P1: roles', () => {
  test('an administrator may do everything', () => {
    expect(of('administrator')).toEqual([...all].sort());
  });

  test('a technician applies, removes, recovers, moves, edits equipment, reveals, and reads what is in scope', () => {
    expect(of('technician')).toEqual([
      'assignments.apply',
      'assignments.read',
      'assignments.remove',
      'assignments.update',
      'attributes.read',
      'audit.read',
      'customers.read',
      'equipment.create',
      'equipment.read',
      'equipment.recover',
      'equipment.transfer',
      'equipment.update',
      'exports.run',
      'keys.lookup',
      'keys.read',
      'keys.reveal',
      'licenses.read',
      'me.read',
      'products.read',
      'session.secure',
      'session.write',
      'settings.read',
      'tokens.read',
      'tokens.revoke',
      'views.read',
      'views.write',
    ]);
  });

  test('a technician creates, renews and revokes keys where the organisation says so, and nothing else is added', () => {
    const more = all.filter(
      (action) => mayRole('technician', action, { techniciansManageKeys: true }) && !mayRole('technician', action),
    );
    expect(more.sort()).toEqual(['keys.create', 'keys.renew', 'keys.revoke']);
    for (const action of all)
      expect(mayRole('auditor', action, { techniciansManageKeys: true })).toBe(mayRole('auditor', action));
  });

  test('an auditor reads everything, looks up whole keys, verifies and exports the trail', () => {
    expect(of('auditor')).toEqual([
      'assignments.read',
      'attributes.read',
      'audit.export',
      'audit.read',
      'audit.verify',
      'consistency.read',
      'customers.read',
      'equipment.read',
      'exports.run',
      'jobs.read',
      'keys.lookup',
      'keys.read',
      'licenses.read',
      'me.read',
      'metrics.read',
      'people.read',
      'products.read',
      'session.secure',
      'session.write',
      'settings.read',
      'tokens.read',
      'tokens.revoke',
      'views.read',
      'views.write',
    ]);
  });

  test('every read is open to the auditor, and no change or reveal but of the own account', () => {
    const own = ['session.write', 'session.secure', 'tokens.revoke', 'views.write'];
    const harmless = ['keys.lookup', 'audit.verify', 'audit.export', 'exports.run', ...own];
    for (const action of all) {
      expect([action, mayRole('auditor', action)]).toEqual([
        action,
        action.endsWith('.read') || harmless.includes(action),
      ]);
    }
  });
});

describe('P4: tokens', () => {
  test('no token exports or searches key text, changes people, tokens, settings or a session, or has views', () => {
    expect(all.filter((action) => !actions[action].tokens).sort()).toEqual([
      'keys.deepSearch',
      'keys.export',
      'people.write',
      'session.secure',
      'session.write',
      'settings.write',
      'tokens.create',
      'tokens.revoke',
      'views.manage',
      'views.read',
      'views.write',
    ]);
  });

  test('what needs a confirmed session is closed to tokens', () => {
    const confirmed = all.filter((action) => actions[action].confirm);
    expect(confirmed.sort()).toEqual([
      'keys.deepSearch',
      'keys.export',
      'people.write',
      'session.secure',
      'settings.write',
      'tokens.create',
      'tokens.revoke',
    ]);
    expect(confirmed.some((action) => actions[action].tokens)).toBe(false);
  });
});

test('every action has a role, one sentence and a name in every language', () => {
  for (const action of all) {
    for (const words of everyLanguage) expect(attemptName(action, words)).toMatch(/^\S.*[^.]$/);
    expect(actions[action].roles).toContain('administrator');
    expect(actions[action].says).toMatch(/^[A-Z].*\.$/);
  }
});

describe('P2: customers', () => {
  const scope: fc.Arbitrary<Scope> = fc.oneof(
    fc.constant<Scope>('all'),
    fc.array(fc.constantFrom('house', 'c1', 'c2', 'c3', 'all')),
  );
  const customer = fc.constantFrom('house', 'c1', 'c2', 'c3', 'all', '');

  test('no limit is every customer, an empty list is none', () => {
    expect(inScope('all', 'c1')).toBe(true);
    expect(inScope([], 'c1')).toBe(false);
    expect(inScope(['c1'], 'c1')).toBe(true);
    expect(inScope(['c1'], 'c')).toBe(false);
    expect(inScope(['all'], 'c1')).toBe(false);
  });

  test('the intersection holds exactly what both hold, and is never wider than either', () => {
    fc.assert(
      fc.property(
        scope,
        scope,
        customer,
        (a, b, id) => inScope(intersectScopes(a, b), id) === (inScope(a, id) && inScope(b, id)),
      ),
    );
    expect(intersectScopes('all', 'all')).toBe('all');
    expect(intersectScopes('all', [])).toEqual([]);
    expect(intersectScopes(['c1'], ['c2'])).toEqual([]);
  });
});
