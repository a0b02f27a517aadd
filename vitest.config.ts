import { defineConfig } from 'vitest/config';

/** `npm run soak` takes what `npm test` has no time for. */
const isSoak = process.env.npm_lifecycle_event === 'soak';

export default defineConfig({
  test: {
    include: [isSoak ? 'test/soak/*.test.ts' : 'test/**/*.test.ts'],
    exclude: isSoak ? [] : ['test/soak/**'],
    globalSetup: ['test/harness/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
