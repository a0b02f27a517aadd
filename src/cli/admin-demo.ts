import type { Language } from '../domain/languages.ts';
import type { Config } from '../server/config.ts';
import { loadDemo } from '../server/demo/load-demo.ts';
import { withNewApp } from './admin-open.ts';
import { counted, type Output } from './output.ts';

/** `demo`: an organisation to look around in. Its administrator's password is random and shown this once. */
export function makeDemo(config: Config, { language }: { language: Language }, { show, say }: Output): Promise<void> {
  return withNewApp(config, async (app) => {
    const onDay = (day: string) => {
      if (day.endsWith('-01')) say(`${day.slice(0, 7)} …`);
    };
    const made = await loadDemo(app, { language, onDay });
    const { organisation, administrator } = made;
    show(made, [
      `${organisation}: ${counts(made)}`,
      ...(administrator ? [`Sign in as ${administrator.email} with the password ${administrator.password}`] : []),
    ]);
    if (administrator) say('The password is shown only now. A new one: keybook user reset EMAIL');
    else say('The audit log was begun before: it tells the whole year as of the moment it was at.');
  });
}

function counts({ customers, products, equipment, keys, entries }: Awaited<ReturnType<typeof loadDemo>>): string {
  return [
    counted(customers, 'customer'),
    counted(products, 'product'),
    counted(equipment, 'unit'),
    counted(keys, 'key'),
    `${entries} audit entries`,
  ].join(', ');
}
