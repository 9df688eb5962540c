import { remember, rememberFor } from '../1-analyze/names/remember.ts';
import type { Program } from './program.ts';

/** A question about something in a program, which is asked with every unit: each answer is found once. */
export function rememberIn<Key, Answer>(
  ask: (program: Program, key: Key) => Answer,
): (program: Program, key: Key) => Answer {
  const ofProgram = rememberFor((program: Program) => remember((key: Key) => ask(program, key)));
  return (program, key) => ofProgram(program)(key);
}
