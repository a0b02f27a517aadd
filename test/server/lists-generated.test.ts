import { testLists } from '../harness/generated-lists.ts';

// Several pages of each list; test/soak asks lists of four thousand, groups-bounded.test.ts those of more than a thousand groups.
testLists(300);
