import { z } from 'zod';
import { endpointsOf } from './endpoint.ts';
import { locale, timeZone } from './people.ts';
import { id, name, version } from './values.ts';

const settings = z
  .object({
    organisation: z.string(),
    timeZone: z.string(),
    locale: z.string(),
    houseId: id,
    masterKeyConfirmed: z.boolean().describe('An administrator has confirmed that a copy of the master key is kept'),
    techniciansManageKeys: z.boolean().describe('Technicians create, renew and revoke keys as well'),
    secondFactorRequired: z.boolean().describe('Whoever has no second factor sets one up before anything else'),
    version,
  })
  .meta({ id: 'Settings' });

const endpoint = endpointsOf('Settings');

export const getSettings = endpoint({
  at: 'GET /settings',
  summary: 'The organisation and its settings',
  permission: 'settings.read',
  output: settings,
});

export const updateSettings = endpoint({
  at: 'PATCH /settings',
  summary: 'Change the settings',
  permission: 'settings.write',
  body: z.strictObject({
    organisation: name().optional(),
    timeZone: timeZone.optional(),
    locale: locale.optional(),
    masterKeyConfirmed: z.boolean().optional(),
    techniciansManageKeys: z.boolean().optional(),
    secondFactorRequired: z.boolean().optional(),
  }),
  output: settings,
  ifMatch: 'required',
  errors: ['name_taken'],
});
