/** How a process of `faasify run` that has been started early hears that the program is ready. */

import { closeSync, readFileSync } from 'node:fs';

/** The stream after the three that belong to the program. It is closed when the program begins. */
export const GO_STREAM = 3;

/** Set for the process that has to wait; what it starts itself does not. */
export const GO_VARIABLE = 'FAASIFY_WAITS';

/** Returns when the word has come, with the variables that came with it in the environment. Ends the process if it never comes. */
export function waitForGo(): void {
  if (process.env[GO_VARIABLE] === undefined) return;
  delete process.env[GO_VARIABLE];
  const word = readFileSync(GO_STREAM, 'utf8');
  closeSync(GO_STREAM);
  if (word === '') process.exit(1);
  Object.assign(process.env, JSON.parse(word));
}
