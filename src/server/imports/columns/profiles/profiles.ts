import type { ImportProfile } from '../../../../domain/import-fields.ts';
import type { Profile } from '../column.ts';
import { glpi } from './glpi.ts';
import { odoo } from './odoo.ts';
import { snipeIt } from './snipe-it.ts';

/** What we know of the files of other inventories. */
export const profiles: Record<ImportProfile, Profile> = { 'snipe-it': snipeIt, glpi, odoo };
