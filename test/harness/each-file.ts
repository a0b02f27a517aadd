import { afterAll } from 'vitest';
import { cleanUp } from './at-end.ts';
import './quick-disk.ts';
import './quick-passwords.ts';

// Vitest runs this anew for every test file, while files that one process takes share the modules they import.
afterAll(cleanUp);
