import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** `npm run soak` takes what `npm test` has no time for. */
const isSoak = process.env.npm_lifecycle_event === 'soak';

/** Files that take longest come first, so that none of them is alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => /[\\/](e2e|cli)[\\/]|generated|flips/.test(moduleId);
    return (await super.sort(files)).toSorted((a, b) => Number(isLong(b)) - Number(isLong(a)));
  }
}

export default defineConfig({
  test: {
    include: isSoak ? ['test/soak/*.test.ts', 'test/e2e/guide{,-german}.test.ts'] : ['test/**/*.test.ts'],
    exclude: isSoak ? [] : ['test/soak/**'],
    // One after the other by hand: three are as good as the ten that the guide speaks of, and what lasts is the hand.
    provide: { guideLicenses: isSoak ? 10 : 3 },
    globalSetup: ['test/harness/global-setup.ts'],
    setupFiles: ['test/harness/each-file.ts'],
    pool: 'forks',
    // Modules are read once a process, not once a file: what a test starts or changes it ends or puts back itself.
    isolate: false,
    // Tests wait for disks, processes and pages: one more than there are cores keeps two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // What comes by itself, such as the end of a job: a second is too short where both cores are busy.
    expect: { poll: { timeout: 20_000 } },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
