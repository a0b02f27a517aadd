import { type Expected, wholeLog } from './attacks.ts';
import { buildLog } from './build-log.ts';
import { type Evidence, evidenceOf } from './evidence-file.ts';
import { story, storyCheckpoints } from './story.ts';

export type EvidenceAttack = Expected & { evidence: Evidence };

const about = (name: string): Promise<Evidence> => evidenceOf(wholeLog(), 'keyId', name);

async function tampered(name: string, change: (evidence: Evidence) => void): Promise<Evidence> {
  const evidence = await about(name);
  change(evidence);
  return evidence;
}

/** Every attack on an evidence file, by the name of its vector. Entries are named by their index in the log. */
export async function evidenceAttacks(): Promise<Record<string, EvidenceAttack>> {
  const rewritten = buildLog(
    [{ action: 'customer.created', customer: 'Nordwerk' }, ...story.slice(1)],
    storyCheckpoints,
  );
  return {
    'edited-payload': {
      attack: 'the content of an entry was changed',
      code: 'payload',
      firstBad: 8,
      evidence: await tampered('alpha', ({ entries }) => Object.assign(entries[2] ?? {}, { body: '{"reason":"-"}' })),
    },
    'edited-header': {
      attack: 'the time in a header was changed',
      code: 'proof',
      firstBad: 8,
      evidence: await tampered('alpha', ({ entries }) => {
        const header = entries[2]?.header.replace('"t":"2026', '"t":"2025');
        Object.assign(entries[2] ?? {}, { header });
      }),
    },
    'left-out': {
      attack: 'an entry of the key was left out',
      code: 'link',
      firstBad: 15,
      evidence: await tampered('alpha', ({ entries }) => entries.splice(2, 1)),
    },
    'hidden-payload': {
      attack: 'the content of an entry was taken out and called erased',
      code: 'erasure',
      firstBad: 8,
      evidence: await tampered('alpha', ({ entries }) =>
        Object.assign(entries[2] ?? {}, { salt: null, body: null, erasedBy: 14 }),
      ),
    },
    'withheld-payload': {
      attack: 'the content of an entry was taken out and called withheld, in evidence that is limited to nobody',
      code: 'payload',
      firstBad: 8,
      evidence: await tampered('alpha', ({ entries }) =>
        Object.assign(entries[2] ?? {}, { salt: null, body: null, withheld: true }),
      ),
    },
    'without-reason': {
      attack: 'the entry that says what was erased was left out',
      code: 'erasure',
      firstBad: 4,
      evidence: await tampered('beta', ({ entries }) => entries.pop()),
    },
    'respelled-erasure': {
      attack: 'the header of the entry that says what was erased says the same in another spelling',
      code: 'header',
      firstBad: 14,
      evidence: await tampered('beta', ({ entries }) => {
        const header = entries.at(-1)?.header.replace('"i":14', '"i": 14');
        Object.assign(entries.at(-1) ?? {}, { header });
      }),
    },
    'of-another-key': {
      attack: 'an entry of another key was put in',
      code: 'filter',
      firstBad: 5,
      evidence: await tampered('alpha', ({ entries }) => entries.splice(1, 0, ...other.slice(0, 1))),
    },
    'filter-of-another-name': {
      attack: 'an entry was left out, and the filter has another name that looks the same',
      code: 'filter',
      firstBad: null,
      evidence: await tampered('alpha', (evidence) => {
        const { keyId } = evidence.filter;
        evidence.entries.splice(2, 1);
        Object.assign(evidence, { filter: { 'k\u0435yId': keyId } });
      }),
    },
    'filter-with-another-member': {
      attack: 'an entry was left out, and the filter has a member more that nothing is held to',
      code: 'filter',
      firstBad: null,
      evidence: await tampered('alpha', ({ entries, filter }) => {
        entries.splice(2, 1);
        Object.assign(filter, { reason: 'all' });
      }),
    },
    'filter-of-another-form': {
      attack: 'an entry was left out, and the filter has customers that are no list',
      code: 'filter',
      firstBad: null,
      evidence: await tampered('alpha', ({ entries, filter }) => {
        entries.splice(2, 1);
        Object.assign(filter, { customerIds: 'all' });
      }),
    },
    'filter-of-no-moment': {
      attack: 'the first entry was left out, and the filter begins with what is no moment',
      code: 'filter',
      firstBad: null,
      evidence: await tampered('alpha', ({ entries, filter }) => {
        entries.splice(0, 1);
        Object.assign(filter, { from: '' });
      }),
    },
    'of-another-log': {
      attack: 'the entries are those of a rewritten log',
      code: 'proof',
      firstBad: 3,
      evidence: { ...(await evidenceOf(rewritten, 'keyId', 'alpha')), checkpoint: (await about('alpha')).checkpoint },
    },
  };
}

const other = (await about('gamma')).entries;
