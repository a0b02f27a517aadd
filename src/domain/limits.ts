/** What one user may do only so often, by whatever session or token. `says` is its sentence in the documentation. */
export const limits = {
  reveals: { most: 30, minutes: 10, says: 'License keys revealed or copied.' },
  lookups: { most: 20, minutes: 1, says: 'Whole license keys looked up.' },
  deepSearches: { most: 30, minutes: 10, says: 'Searches inside all license keys.' },
  duplicates: {
    most: 20,
    minutes: 1,
    says: 'License keys given for new records that were known already. A batch of somebody who may look up every key counts once.',
  },
} as const;

export type LimitName = keyof typeof limits;
