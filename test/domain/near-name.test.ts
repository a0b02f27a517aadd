import { expect, it } from 'vitest';
import { comparedName, nearName } from '../../src/domain/near-name.ts';

const near = (given: string, ...names: string[]): string | undefined =>
  nearName(comparedName(given), names.map(comparedName));

it('F3: a mistyped name and one without its legal form are near, one of many of a kind is not', () => {
  expect(near('Unbekant GmbH', 'Praxis Ahorn', 'Unbekannt GmbH')).toBe('Unbekannt GmbH');
  expect(near('Praxis Ahorn', 'Praxis Ahorn GmbH & Co. KG')).toBe('Praxis Ahorn GmbH & Co. KG');
  expect(near('Rossi S.r.l.', 'Rossi SRL')).toBe('Rossi SRL');
  expect(near('Kanzlei Brike', 'Kanzlei Birke')).toBe('Kanzlei Birke');
  expect(near('Zahnarzt Dr. Müler', 'Zahnarzt Dr. Müller')).toBe('Zahnarzt Dr. Müller');
  expect(near('Client B', 'Client A')).toBeUndefined();
  expect(near('Tintenwerk 2025', 'Tintenwerk 2024')).toBeUndefined();
  expect(near('Visio Plan 2', 'Visio Plan 1')).toBeUndefined();
  expect(near('Esso', 'Asso')).toBeUndefined();
  // The same name is found before anybody asks what is near.
  expect(near('PRAXIS AHORN', 'Praxis Ahorn')).toBeUndefined();
});

it('F3: one of very many names is found in moments', () => {
  const names = Array.from({ length: 20_000 }, (_, i) => comparedName(`Kunde ${i} Verwaltungsgesellschaft`));
  for (let i = 0; i < 200; i += 1)
    expect(nearName(comparedName(`Kunde ${i} Verwaltungsgesellschat`), names)).toBe(names[i]?.name);
});
