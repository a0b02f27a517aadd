import * as assignments from './assignments.ts';
import * as attributes from './attributes.ts';
import * as audit from './audit.ts';
import * as customers from './customers.ts';
import type { Endpoint } from './endpoint.ts';
import * as equipment from './equipment.ts';
import * as listExports from './exports.ts';
import * as imports from './imports.ts';
import * as jobs from './jobs.ts';
import * as keys from './keys.ts';
import * as licenses from './licenses.ts';
import * as people from './people.ts';
import * as products from './products.ts';
import * as settings from './settings.ts';
import * as signIn from './sign-in.ts';
import * as views from './views.ts';

const modules = [
  people,
  signIn,
  keys,
  assignments,
  equipment,
  products,
  licenses,
  customers,
  attributes,
  audit,
  jobs,
  imports,
  listExports,
  settings,
  views,
];

function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && 'method' in value && 'permission' in value;
}

/** Every endpoint of the surface, in the order of the description. */
export const allEndpoints: readonly Endpoint[] = modules.flatMap((module) => Object.values(module).filter(isEndpoint));
