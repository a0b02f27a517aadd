import type { BodyOf } from '../../contract/endpoint.ts';
import type { checkConsistency as checkEndpoint } from '../../contract/jobs.ts';
import { reading } from '../../db/open.ts';
import { longRead } from '../../db/patience.ts';
import { todayIn } from '../../domain/day.ts';
import { change } from '../change.ts';
import { type App, type Asked, type AuditDraft, type Ctx, requireAction } from '../context.ts';
import { newId } from '../ids.ts';
import { readSettings, systemActor } from '../people/actors.ts';
import type { JobOrder } from './expiry.ts';
import { findDisagreements } from './find-disagreements.ts';
import { mend } from './mend.ts';

/**
 * Looks for keys and assignments that disagree (C9) and, where asked, mends them; everything in one transaction, each
 * mending recorded. The check itself is recorded with what it found. The result is the check's id.
 */
export async function checkConsistency(
  app: App,
  {
    mending,
    actor = systemActor('system'),
    address,
    idempotency,
    asked,
  }: JobOrder & { mending: boolean; asked?: Asked | undefined },
): Promise<{ id: string }> {
  const { timeZone } = await readSettings(app);
  const moment = app.clock().toISOString();
  const now = () => moment;
  const by = { app, actor, address, idempotency, asked, now };
  const id = newId(app);
  // Only looking needs no lock: that can take long, and others go on writing.
  const seen = mending ? [] : await longRead('work', () => findDisagreements(app.database.read));
  return change(by, async (tx) => {
    const look = () => findDisagreements(reading(tx));
    const found = mending ? await look() : seen;
    const audit = mending ? await mend(tx, { actor, today: todayIn(timeZone, app.clock()), now }, found) : [];
    const left = new Set((mending ? await look() : found).map(nameOf));
    const findings = found.map((one) => ({ ...one, mended: !left.has(nameOf(one)) }));
    const mended = findings.filter((one) => one.mended).length;
    const row = { id, at: now(), actor_id: actor.id, findings: JSON.stringify(findings), mended };
    await tx.insertInto('consistency_check').values(row).execute();
    const completed: AuditDraft = {
      action: 'consistency.completed',
      subject: `consistencyCheck:${id}`,
      details: { findings: found.length, mended },
    };
    return { result: { id }, audit: [completed, ...audit] };
  });
}

function nameOf({ kind, keyId, assignmentId }: { kind: string; keyId: string | null; assignmentId: string | null }) {
  return [kind, keyId, assignmentId].join(' ');
}

/** Checks on demand; mending is a permission of its own. Only for who may see all customers. */
export async function checkConsistencyNow(
  ctx: Ctx,
  { body }: { body: BodyOf<typeof checkEndpoint> },
): Promise<{ id: string }> {
  const { app, actor, address, idempotency, asked } = ctx;
  const mending = body?.mend === true;
  if (mending) requireAction(ctx, 'consistency.mend');
  return checkConsistency(app, { mending, actor, address, idempotency, asked });
}
