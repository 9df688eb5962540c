/** For what a provider goes on with after it has answered. */
import { setTimeout as wait } from 'node:timers/promises';
import { FaasifyError } from '../errors.ts';

const FIRST_PAUSE = 100;
const MAX_PAUSE = 5_000;
/** As long as the tool of Netlify waits: https://github.com/netlify/cli/blob/main/src/utils/deploy/constants.ts */
const PATIENCE = 20 * 60_000;

/** Looks again and again, less often as time goes by, until there is something. */
export async function waitFor<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + PATIENCE;
  for (let pause = FIRST_PAUSE; Date.now() < end; pause = Math.min(pause * 1.5, MAX_PAUSE)) {
    const found = await look();
    if (found !== undefined) return found;
    await wait(pause);
  }
  throw new FaasifyError('provider-refused', `${what} has not come to an end in ${PATIENCE / 60_000} minutes`, {
    fix: 'Look at it there; the next `faasify deploy` begins anew.',
  });
}
