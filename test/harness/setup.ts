/** What tests put into the environment is gone with their file: those after it run in the same process. */
import { afterAll } from 'vitest';
import { noteEnvironment } from './environment.ts';

afterAll(noteEnvironment());
