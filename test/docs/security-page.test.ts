import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { limits } from '../../src/domain/limits.ts';
import { type Action, actions, mayRole, roles, ruleFor } from '../../src/domain/permissions.ts';
import { type AsvsRequirement, asvsLevel1, asvsLevel2 } from './asvs-points.ts';
import { table, withMadeParts } from './made-parts.ts';
import { securityPoints } from './security-points.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const file = `${root}docs/SECURITY.md`;

/** The parts of the page that are made from the source and from the tests; `vitest run test/docs -u` writes them anew. */
const made: Record<string, () => string> = {
  actions: actionTable,
  limits: limitTable,
  points: pointTable,
  asvs1: asvsTable,
  asvs2: asvsChapterTable,
};

// Object.keys forgets the names; the table is a constant without other keys.
const allActions = Object.keys(actions) as Action[];

function actionTable(): string {
  const settings = { techniciansManageKeys: true };
  const cell = (role: (typeof roles)[number], action: Action) =>
    mayRole(role, action) ? 'yes' : mayRole(role, action, settings) ? 'if set' : '';
  return table(
    ['action', ...roles, 'by token', 'limits', 'says'],
    allActions.map((action) => {
      const { tokens, confirm, wide, says } = ruleFor(action);
      const needs = [...(confirm ? ['confirmed'] : []), ...(wide ? ['all customers'] : [])].join(', ');
      return [`\`${action}\``, ...roles.map((role) => cell(role, action)), tokens ? 'yes' : 'no', needs, says];
    }),
  );
}

function limitTable(): string {
  return table(
    ['at most', 'within', 'of what'],
    Object.values(limits).map(({ most, minutes, says }) => [String(most), `${minutes} min`, says]),
  );
}

/** The files whose test titles name a point, as "(security 12)" or "security 4, 12:". */
function shownBy(): Map<number, Set<string>> {
  const shown = new Map<number, Set<string>>();
  for (const path of readdirSync(`${root}test`, { recursive: true, encoding: 'utf8' }).filter((one) =>
    /\.test\.ts$/.test(one),
  ))
    for (const numbers of titledPoints(readFileSync(`${root}test/${path}`, 'utf8')))
      for (const number of numbers) {
        const name = path.replaceAll('\\', '/').replace(/\.test\.ts$/, '');
        shown.set(number, (shown.get(number) ?? new Set()).add(name));
      }
  return shown;
}

function titledPoints(source: string): number[][] {
  const titles = source.match(/^\s*(?:(?:it|test|describe)\b.*|\]?\)\(.*|(['"`]).*\1,)$/gm) ?? [];
  return titles.flatMap((title) =>
    Array.from(title.matchAll(/\bsecurity ((?:\d+, )*\d+)\b/g), (match) => (match[1] ?? '').split(', ').map(Number)),
  );
}

function pointTable(): string {
  const shown = shownBy();
  const rows = Object.entries(securityPoints).map(([number, { says, reason }]) => {
    const files = [...(shown.get(Number(number)) ?? [])].sort().map((name) => `\`${name}\``);
    const state = files.length > 0 ? (reason ? 'in part' : 'shown') : reason ? 'no' : 'not shown';
    return [number, says, state, [...files, ...(reason ? [reason] : [])].join(', ')];
  });
  return table(['no.', 'requirement', 'met', 'shown by, or why not'], rows);
}

/** A requirement leans on points of ours: where one of them is open or met in part, so is the requirement, at best. */
function asvsState(requirement: AsvsRequirement, shown: Map<number, Set<string>>): string {
  if (requirement.none !== undefined) return 'does not apply';
  const { points = [], seen, gap } = requirement;
  const isOpen = points.some((number) => !shown.has(number));
  if (points.length === 0 && seen === undefined) return 'no';
  return gap || isOpen ? 'in part' : 'met';
}

function asvsTable(): string {
  const shown = shownBy();
  const rows = Object.entries(asvsLevel1).map(([id, requirement]) => {
    const state = asvsState(requirement, shown);
    if (requirement.none !== undefined) return [id, requirement.says, state, requirement.none];
    const { points = [], seen, gap } = requirement;
    const by = [...(points.length > 0 ? [`no. ${points.join(', ')}`] : []), ...(seen ? [seen] : [])].join('; ');
    return [id, requirement.says, state, [by, ...(gap ? [`missing: ${gap}`] : [])].filter(Boolean).join('. ')];
  });
  return table(['ASVS', 'requirement', 'met', 'shown above by, or seen in'], rows);
}

function asvsChapterTable(): string {
  const rows = Object.entries(asvsLevel2).map(([name, { of, met, part, none, missing }]) => {
    expect(met + part + none, name).toBeLessThanOrEqual(of);
    return [name, String(of), String(met), String(part), String(of - met - part - none), String(none), missing];
  });
  return table(['chapter', 'of', 'met', 'in part', 'no', 'does not apply', 'what is missing'], rows);
}

test('security 19, 57: the security page tells the permissions, the limits and the requirements as they are', async () => {
  await expect(withMadeParts(readFileSync(file, 'utf8'), made)).toMatchFileSnapshot(file);
});

test('every requirement that a test names is one of the sixty', () => {
  expect(Object.keys(securityPoints).map(Number)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
  for (const number of shownBy().keys()) expect(Object.keys(securityPoints)).toContain(String(number));
});

test('every requirement is shown by a test, or the page says why not', () => {
  const shown = shownBy();
  const open = Object.entries(securityPoints).filter(([number, { reason }]) => !shown.has(Number(number)) && !reason);
  expect(open.map(([number, { says }]) => `${number} ${says}`)).toEqual([]);
});

test('the table of ASVS 5.0 has all requirements of level 1, and level 2 all of its chapters', () => {
  // Counted in version 5.0.0: 70 of level 1, 183 of level 2 in 17 chapters.
  expect(Object.keys(asvsLevel1)).toHaveLength(70);
  expect(Object.values(asvsLevel2).reduce((sum, { of }) => sum + of, 0)).toBe(183);
  for (const requirement of Object.values(asvsLevel1))
    if (requirement.none === undefined)
      for (const number of requirement.points ?? []) expect(Object.keys(securityPoints)).toContain(String(number));
});
