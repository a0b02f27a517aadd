import { z } from 'zod';
import { endpointsOf } from './endpoint.ts';
import { id, name, version } from './values.ts';

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

const endpoint = endpointsOf('Views');

export const listViews = endpoint({
  at: 'GET /views',
  summary: 'Your own views of lists, and those that colleagues share with you',
  permission: 'views.read',
  query: z.strictObject({ list: list.optional() }),
  output: z.object({ items: z.array(view), total: z.int() }),
});

export const createView = endpoint({
  at: 'POST /views',
  summary: 'Keep a list as it is shown, under a name; a hundred of them, twenty shared',
  permission: 'views.write',
  status: 201,
  body: z.strictObject({ list, name: name(40), query, shared: shared.optional() }),
  output: view,
  replay: 'rebuild',
  errors: ['name_taken'],
});

export const getView = endpoint({
  at: 'GET /views/{id}',
  summary: 'One of the views that you see',
  permission: 'views.read',
  output: view,
});

export const updateView = endpoint({
  at: 'PATCH /views/{id}',
  summary: 'Rename, share or change one of your views',
  permission: 'views.write',
  body: z.strictObject({ name: name(40).optional(), query: query.optional(), shared: shared.optional() }),
  output: view,
  ifMatch: 'required',
  errors: ['name_taken'],
});

export const deleteView = endpoint({
  at: 'DELETE /views/{id}',
  summary: "Delete one of your views; an administrator of all customers also others' shared ones",
  permission: 'views.write',
  ifMatch: 'required',
});
