import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { id, idParams, name, version } from './values.ts';

/** The lists that views are kept of, as their addresses name them. */
export const viewLists = ['keys', 'assignments', 'equipment', 'licenses', 'products', 'customers', 'audit'] as const;
export type ViewList = (typeof viewLists)[number];

const list = z.enum(viewLists);
const query = z
  .string()
  .max(2000)
  .describe("The list's parameters as an address has them, without page: search, filters, sort, groupBy and columns");
const shared = z
  .boolean()
  .describe(
    'Colleagues see it too: those who may see all the customers that its owner may see. It ends where its owner loses one',
  );

const view = z
  .object({
    id,
    list,
    name: z.string(),
    query,
    shared,
    mine: z.boolean().describe('It is your own'),
    owner: z.string().describe('The name of who keeps it'),
    version,
  })
  .meta({ id: 'View' });

const tag = 'Views';

export const listViews = endpoint({
  method: 'GET',
  path: '/views',
  summary: 'Your own views of lists, and those that colleagues share with you',
  tag,
  permission: 'views.read',
  status: 200,
  query: z.strictObject({ list: list.optional() }),
  output: z.object({ items: z.array(view), total: z.int() }),
  errors: ['invalid'],
});

export const createView = endpoint({
  method: 'POST',
  path: '/views',
  summary: 'Keep a list as it is shown, under a name',
  tag,
  permission: 'views.write',
  status: 201,
  body: z.strictObject({ list, name: name(40), query, shared: shared.optional() }),
  output: view,
  replay: 'rebuild',
  errors: ['invalid', 'name_taken', 'forbidden'],
});

export const updateView = endpoint({
  method: 'PATCH',
  path: '/views/{id}',
  summary: 'Rename, share or change one of your views',
  tag,
  permission: 'views.write',
  status: 200,
  params: idParams,
  body: z.strictObject({ name: name(40).optional(), query: query.optional(), shared: shared.optional() }),
  output: view,
  ifMatch: 'required',
  errors: ['invalid', 'not_found', 'stale', 'name_taken', 'forbidden'],
});

export const deleteView = endpoint({
  method: 'DELETE',
  path: '/views/{id}',
  summary: "Delete one of your views; an administrator of all customers also others' shared ones",
  tag,
  permission: 'views.write',
  status: 204,
  params: idParams,
  ifMatch: 'required',
  errors: ['not_found', 'stale'],
});
