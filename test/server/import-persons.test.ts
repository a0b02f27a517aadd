import { describe, expect, it } from 'vitest';
import { personsIn } from '../../src/server/imports/plan/person-names.ts';
import { valuesOf } from '../harness/import-file.ts';
import { fieldFile } from '../harness/upload.ts';

describe('the names of a cell', () => {
  it.each([
    ['Anna Berg, Jonas Weiß; Mia Lund', ['Anna Berg', 'Jonas Weiß', 'Mia Lund']],
    ['Ole Brandt\nJana Wolf', ['Ole Brandt', 'Jana Wolf']],
    ['Ole Brandt / Jana Wolf', ['Ole Brandt', 'Jana Wolf']],
    ['Berg, Anna; Weiß, Jonas', ['Berg, Anna', 'Weiß, Jonas']],
    ['Berg, Anna', ['Berg, Anna']],
    ['IT/Support', ['IT/Support']],
    ['Anna + Jonas', ['Anna + Jonas']],
    ['Anna Berg; Anna Berg;', ['Anna Berg']],
    [' ; ', []],
  ])('F6: %j names %j', (cell, names) => {
    expect(personsIn(cell)).toEqual(names);
  });

  it('F6: several persons of a row are told; the first stays its user', async () => {
    const rows = await valuesOf(fieldFile('c06-users.csv'));
    expect(rows.map(({ persons }) => persons)).toEqual([
      ['Anna Berg', 'Jonas Weiß', 'Mia Lund'],
      ['Ole Brandt', 'Jana Wolf'],
    ]);
    expect(rows.map(({ fields }) => fields.userName)).toEqual(['Anna Berg', 'Ole Brandt']);
    expect(rows.flatMap(({ warnings }) => warnings)).toMatchObject([
      { line: 2, column: 'Benutzer', code: 'several_persons' },
      { line: 3, column: 'Benutzer', code: 'several_persons' },
    ]);
  });

  it('F6: an assignment has one person, and a list of users has names to sign in with', async () => {
    const [assignment] = await valuesOf('key,user\nK-1,Anna Berg; Mia Lund\n', { kind: 'assignments' });
    expect(assignment?.errors).toMatchObject([{ code: 'one_person', column: 'user' }]);
    const [person] = await valuesOf('user name\n"berg;anna"\n', { kind: 'users' });
    expect(person?.persons).toEqual(['berg;anna']);
  });
});
