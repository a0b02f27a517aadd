import { sql } from 'kysely';
import type { WriteDb } from '../../db/open.ts';
import { type On, statement } from '../../db/statement.ts';
import type { Day } from '../../domain/day.ts';
import type { Ctx } from '../context.ts';
import { seatWasTaken } from './seat-was-taken.ts';

/** A key of which a seat is claimed already: so many of its seats are taken, this one among them. */
export type Claimed = { id: string; seats: number; seats_taken: number };
type Asked = { keyId: string; on: Day };

/** Whoever is told when a seat gets free is told of one of the first so many. */
const seatsLookedAt = 200;

/**
 * The lowest free seat that was not still taken on the applied date (A1). Where the others are held without a gap, as
 * they are until somebody gives one back, that is the next one, and no other seat is read.
 */
export async function freeSeat(tx: WriteDb, ctx: Ctx, key: Claimed, appliedOn: Day): Promise<number> {
  const asked = { keyId: key.id, on: appliedOn };
  const next = key.seats_taken;
  const [held] = await heldBelow({ db: tx }, { ...asked, next });
  if (held?.top === (next === 1 ? null : next - 1) && held.later === null) return next;
  if (await isFree(tx, asked, 1)) return 1;
  const [after] = await firstAfterBlocked({ db: tx }, { ...asked, seats: key.seats });
  if (after) return after.seat;
  throw await seatWasTaken(tx, ctx, { keyId: key.id, ...(await soonest(tx, key)) });
}

/** The highest seat that is held, and a day after `on` on which the seat `next` was given back. */
const heldBelow = statement(({ db }: On<WriteDb>, { keyId, on, next }: Asked & { next: number }) =>
  db.selectNoFrom((eb) => [
    eb
      .selectFrom('assignment as a')
      .select('a.seat')
      .where('a.key_id', '=', keyId)
      .where('a.removed_at', 'is', null)
      .orderBy('a.seat', 'desc')
      .limit(1)
      .as('top'),
    eb
      .selectFrom('assignment as b')
      .select('b.removed_on')
      .where('b.key_id', '=', keyId)
      .where('b.seat', '=', next)
      .where('b.removed_on', '>', on)
      .limit(1)
      .as('later'),
  ]),
);

const blocking = statement(({ db }: On<WriteDb>, { keyId, on, seat }: Asked & { seat: number }) =>
  db
    .selectFrom('assignment as a')
    .select('a.id')
    .where('a.key_id', '=', keyId)
    .where('a.seat', '=', seat)
    .where((eb) => eb.or([eb('a.removed_at', 'is', null), eb('a.removed_on', '>', on)]))
    .limit(1),
);

async function isFree(tx: WriteDb, asked: Asked, seat: number): Promise<boolean> {
  return (await blocking({ db: tx }, { ...asked, seat })).length === 0;
}

/** The first seat that is free while the one below it is not: reads no further than there. */
const firstAfterBlocked = statement(({ db }: On<WriteDb>, { keyId, on, seats }: Asked & { seats: number }) =>
  db
    .selectFrom('assignment as a')
    .select((eb) => eb('a.seat', '+', 1).as('seat'))
    .where('a.key_id', '=', keyId)
    .where('a.seat', '<', seats)
    .where((eb) => eb.or([eb('a.removed_at', 'is', null), eb('a.removed_on', '>', on)]))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('assignment as b')
            .select('b.id')
            .whereRef('b.key_id', '=', 'a.key_id')
            .whereRef('b.seat', '=', sql`a.seat + 1`)
            .where((eb) => eb.or([eb('b.removed_at', 'is', null), eb('b.removed_on', '>', on)])),
        ),
      ),
    )
    .orderBy('a.seat')
    .limit(1),
);

/** Which of the first seats was given back first, and when: on that day it can be had. */
async function soonest(tx: WriteDb, { id, seats }: Claimed): Promise<{ seat: number; last: string } | undefined> {
  const last = sql<string>`max(removed_on)`;
  const row = await tx
    .selectFrom('assignment')
    .select(['seat', last.as('last')])
    .where('key_id', '=', id)
    .where('seat', '<=', Math.min(seats, seatsLookedAt))
    .groupBy('seat')
    .having(sql`sum(case when removed_at is null then 1 else 0 end)`, '=', 0)
    .orderBy(last)
    .orderBy('seat')
    .limit(1)
    .executeTakeFirst();
  return row;
}
