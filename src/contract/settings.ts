import { z } from 'zod';
import { endpoint } from './endpoint.ts';
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

const tag = 'Settings';

export const getSettings = endpoint({
  method: 'GET',
  path: '/settings',
  summary: 'The organisation and its settings',
  tag,
  permission: 'settings.read',
  status: 200,
  output: settings,
  errors: [],
});

export const updateSettings = endpoint({
  method: 'PATCH',
  path: '/settings',
  summary: 'Change the settings',
  tag,
  permission: 'settings.write',
  status: 200,
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
  errors: ['invalid', 'stale', 'name_taken'],
});
