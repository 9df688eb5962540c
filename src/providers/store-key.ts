/** The key of functions that anybody can reach: they answer only calls that bring it. */
import { scryptSync } from 'node:crypto';
import { FaasifyError } from '../errors.ts';
import type { WantedFunction } from './function-store.ts';

export interface StoreKey {
  /** Another one where the key is another, from which it cannot be guessed in a hurry. */
  version: string;
  /** What functions get in their environment besides what they read. Throws where no key is given. */
  selectVariables(fns: readonly WantedFunction[]): Record<string, string>;
}

/** `FAASIFY_KEY_WORKERS`, where the app looks for it, too. Functions that call others find them as the app does. */
export function readKey(target: string, env: NodeJS.ProcessEnv, app: string): StoreKey {
  const [keyName, endpointName] = [`FAASIFY_KEY_${target.toUpperCase()}`, `FAASIFY_ENDPOINT_${target.toUpperCase()}`];
  const { [keyName]: key, [endpointName]: endpoint } = env;
  return {
    version: key ? scryptSync(key, app, 32).toString('hex') : '',
    selectVariables(fns) {
      if (!key) throw refuseNoKey(keyName);
      const isCaller = fns.some((fn) => fn.isCaller);
      return { FAASIFY_KEY: key, ...(isCaller && endpoint && { [keyName]: key, [endpointName]: endpoint }) };
    },
  };
}

function refuseNoKey(name: string): FaasifyError {
  return new FaasifyError('credentials', 'Anybody can reach the functions, and nothing says what calls have to bring', {
    fix: `Set ${name} to a key of your own, here and where the app runs.`,
  });
}
