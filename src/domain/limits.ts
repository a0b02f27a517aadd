/** What one user may do only so often, by whatever session or token. `says` is its sentence in the documentation. */
export const limits = {
  reveals: { most: 30, minutes: 10, says: 'License keys revealed or copied.' },
  lookups: {
    most: 20,
    minutes: 1,
    says: 'Whole license keys looked up, and those given for new records or in files and said to be recorded, which one may not reveal.',
  },
  knownTexts: {
    most: 500_000,
    minutes: 24 * 60,
    says: 'License keys given for new records or in files and said to be recorded, of those that one may reveal.',
  },
  deepSearches: { most: 30, minutes: 10, says: 'Searches inside all license keys.' },
  newKeys: {
    most: 2000,
    minutes: 60,
    says: 'Tries of people limited to certain customers: license keys given for new records, by rehearsals too, and names and serial numbers of records. One that is taken out of their sight counts 100.',
  },
  importedKeys: {
    most: 20_000,
    minutes: 24 * 60,
    says: 'The same in files that they import or rehearse.',
  },
} as const;

export type LimitName = keyof typeof limits;
