import type { Config } from '../server/config.ts';
import { acceptClock, correctClock } from '../server/upkeep/correct-clock.ts';
import { withApp, withAppWhateverTheClock } from './admin-open.ts';
import type { Output } from './output.ts';

/** `clock correct`: the log goes on from the true time, after entries that were made under a clock that ran ahead. */
export function correct(config: Config, { reason }: { reason: string }, { show, say }: Output): Promise<void> {
  return withApp(config, async (app) => {
    const corrected = await correctClock(app, reason);
    show(corrected, [`${corrected.from} → ${corrected.to}`]);
    say('The log goes on from the time of this clock; the entry that says so names both.');
  });
}

/** `clock accept`: the clock is right, though the log had no entry for more than 400 days. */
export function accept(config: Config, _options: unknown, { show, say }: Output): Promise<void> {
  return withAppWhateverTheClock(config, async (app) => {
    const accepted = await acceptClock(app);
    show(accepted, [`${accepted.from ?? 'no entry'} → ${accepted.to}`]);
    say('Recorded: somebody says that the clock is right.');
  });
}
