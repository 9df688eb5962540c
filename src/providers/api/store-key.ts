/** The key of functions that anybody can reach: they answer only calls that bring it. */
import { scryptSync } from 'node:crypto';
import { FaasifyError } from '../../errors.ts';

export interface StoreKey {
  /** Another one where the key is another, from which it cannot be guessed in a hurry. */
  version: string;
  /** Of all that is sent: what is in no message. */
  secrets: string[];
  /** How functions find each other: as the app does, if it is told. */
  callerEnv: Record<string, string>;
  /** What functions get in their environment besides what they read. Throws where no key is given. */
  getVariables(): Record<string, string>;
}

/** `FAASIFY_KEY_WORKERS`, where the app looks for it, too. */
export function readKey(target: string, env: NodeJS.ProcessEnv, app: string): StoreKey {
  const [keyName, endpointName] = [`FAASIFY_KEY_${target.toUpperCase()}`, `FAASIFY_ENDPOINT_${target.toUpperCase()}`];
  const { [keyName]: key, [endpointName]: endpoint } = env;
  return {
    version: key ? scryptSync(key, app, 32).toString('hex') : '',
    secrets: key ? [key] : [],
    callerEnv: key && endpoint ? { [keyName]: key, [endpointName]: endpoint } : {},
    getVariables() {
      if (key) return { FAASIFY_KEY: key };
      throw new FaasifyError(
        'credentials',
        'Anybody can reach the functions, and nothing says what calls have to bring',
        {
          fix: `Set ${keyName} to a key of your own, here and where the app runs.`,
        },
      );
    },
  };
}
