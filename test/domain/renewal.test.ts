import { describe, expect, test } from 'vitest';
import { addRenewal, longestRemarks } from '../../src/domain/remarks.ts';
import { judgeRenewal, renewalRefusal, renewedEnd } from '../../src/domain/renewal.ts';

describe('C5: renewals', () => {
  test.each([
    [{ validityEnd: '2027-01-01' }, []],
    [{ extendBy: 'P1Y' }, []],
    [{}, ['/validityEnd']],
    [{ validityEnd: '2027-01-01', extendBy: 'P1Y' }, ['/extendBy']],
    [{ extendBy: '1 year' }, ['/extendBy']],
    [{ validityEnd: '9999-12-31' }, ['/validityEnd']],
  ])('%j has its faults at %j', (request, pointers) => {
    expect(judgeRenewal(request).map((fault) => fault.pointer)).toEqual(pointers);
  });

  test('a period counts from the present end', () => {
    expect(renewedEnd('2028-02-29', { extendBy: 'P1Y' })).toBe('2029-02-28');
    expect(renewedEnd('2028-02-29', { validityEnd: '2030-01-01' })).toBe('2030-01-01');
  });

  test.each([
    [true, '2026-01-01', '2027-01-01', 'key_revoked'],
    [false, null, '2027-01-01', 'key_permanent'],
    [false, '2026-01-01', '2026-01-01', 'renewal_not_later'],
    [false, '2026-01-01', '2025-12-31', 'renewal_not_later'],
    [false, '2026-01-01', '2026-01-02', undefined],
    [false, '2026-01-01', undefined, undefined],
  ])('revoked %s, end %s, new end %s: %s', (revoked, validityEnd, newEnd, refusal) => {
    expect(renewalRefusal({ revoked, validityEnd }, newEnd)).toBe(refusal);
  });
});

describe('C5: the sentence in the remarks', () => {
  test('is the guide’s, with and without a reference', () => {
    expect(addRenewal('', '2027-11-21', 'PO-1')).toBe('Renewed subscription - expires 2027-11-21 - Reference: PO-1');
    expect(addRenewal('Shelf 3', '2027-11-21', '')).toBe('Shelf 3\nRenewed subscription - expires 2027-11-21');
  });

  test('where there is no room, the oldest sentences go, and nothing that people wrote', () => {
    const written = 'x'.repeat(longestRemarks - 100);
    const first = addRenewal(written, '2027-01-01', '');
    const second = addRenewal(`${first}\nkept`, '2028-01-01', '');
    const third = addRenewal(second, '2029-01-01', '');
    expect(third).toBe(
      `${written}\nkept\nRenewed subscription - expires 2028-01-01\nRenewed subscription - expires 2029-01-01`,
    );
    expect(third.length).toBeLessThanOrEqual(longestRemarks);
  });

  test('where people filled the remarks, they stay as they are', () => {
    const written = 'x'.repeat(longestRemarks);
    expect(addRenewal(written, '2027-01-01', 'PO-1')).toBe(written);
  });
});
