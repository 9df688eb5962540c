/** For providers that give an instance several calls at once. */
import type { UnitHandler } from './respond.ts';

/** One call after another, in the order in which they came: what a call prints, sets and reads is its process's. */
export function inTurn(handler: UnitHandler): UnitHandler {
  let last: Promise<unknown> = Promise.resolve();
  return (event) => {
    const answer = last.then(() => handler(event));
    last = answer.catch(() => {});
    return answer;
  };
}
