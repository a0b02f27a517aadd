import { z } from 'zod';
import { createCustomer } from '../../../contract/customers.ts';
import { createProductBody } from '../../../contract/products.ts';
import { name, text } from '../../../contract/values.ts';
import { invalid } from '../../../domain/errors.ts';
import { foldText } from '../../../domain/fold.ts';
import { check } from '../../http/request.ts';
import { type Fields, firstLine, type PlannedRow, type Planning } from './planned-row.ts';

/** A row of a file of customers; each is named once. */
export function planCustomer(row: PlannedRow, fields: Fields, planning: Planning): PlannedRow {
  // The endpoint is declared with a body.
  const customer = check(createCustomer.body ?? z.never(), fields, '') as NonNullable<PlannedRow['customer']>;
  refuseRepeated(row, customer.name, planning);
  return { ...row, customer };
}

/** A row of a file of products; each is named once. */
export function planProduct(row: PlannedRow, fields: Fields, planning: Planning): PlannedRow {
  const product = check(createProductBody, fields, '');
  refuseRepeated(row, product.name, planning);
  return { ...row, product };
}

function refuseRepeated(row: PlannedRow, given: string, planning: Planning): void {
  const first = firstLine(planning, `n:${foldText(given)}`, row.line);
  if (first === undefined) return;
  throw invalid({ pointer: '/name', code: 'repeated', detail: `Line ${first} has the same name.`, params: { first } });
}

const personFields = z.looseObject({
  name: text().optional(),
  userName: text().optional(),
  email: text().optional(),
});

/** A row of a list of users: the name that assignments would give the person. */
export function planPerson(row: PlannedRow, fields: Fields): PlannedRow {
  const given = check(personFields, fields, '');
  const person = given.name || given.userName || given.email;
  return { ...row, person: check(z.object({ name: name() }), { name: person ?? '' }, '').name };
}
