import { testLists } from '../harness/generated-lists.ts';

testLists(4000);
