import { AppError } from '../../../domain/errors.ts';
import { alikeHere, nearThere } from '../plan/names-there.ts';
import { type MadeBeside, makeMark, mayMake } from '../plan/what-is-made.ts';
import type { Writing } from './writing.ts';

/** Notes a customer or a product that a row would have made. Refused where that was not allowed. */
export async function noteNamed(
  writing: Writing,
  { kind, name, line }: { kind: 'customers' | 'products'; name: string; line: number },
): Promise<void> {
  const { tx, ctx, units, warnings } = writing;
  const near = await nearThere(tx, ctx, units.there, { kind, name });
  noteBeside(writing, { kind, name, line, customer: null, near });
  const first = alikeHere(units.there, { kind, name, line });
  if (first === undefined) return;
  const detail = `Line ${first} names one that is called nearly so, and both are made. If they are the same, write them alike.`;
  warnings.push({ line, column: null, code: 'alike', detail, params: { first } });
}

/** Notes what a row would have made beside its own record. Refused where that was not allowed. */
export function noteBeside({ beside, rules, warnings }: Writing, wanted: Omit<MadeBeside, 'isAllowed'>): void {
  const { kind, line, near } = wanted;
  const isAllowed = mayMake(rules.create, wanted);
  const mark = makeMark(wanted);
  const isKnown = beside.has(mark);
  if (!isKnown) beside.set(mark, { ...wanted, isAllowed });
  const fault = near === null ? notMade : nearly(near);
  if (!isAllowed) throw new AppError('invalid', fault.detail, [{ pointer: pointers[kind], ...fault }]);
  if (near !== null && !isKnown) warnings.push({ line, column: null, ...fault });
}

const pointers = { customers: '/customer', products: '/productName', equipment: '/equipment' };

const notMade = {
  code: 'not_made',
  detail: 'There is no such record, and none is to be made. Allow that it is made, or make it first.',
};

const nearly = (near: string) => ({
  code: 'near',
  detail: `There is no such record, but "${near}". Correct the name, or allow that this one is made.`,
  params: { near },
});
