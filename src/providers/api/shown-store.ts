/** What is shown as a whole, at addresses that anybody can reach: a deploy of a site, a deployment of a project. */
import type { StoredFunction, StoreGround, WantedFunction, WholeStore } from './function-store.ts';
import type { StoreKey } from './store-key.ts';

interface ShownPlace {
  /** `site` */
  kind: string;
  id: string;
  /** What of it is shown: `deploy of the site`. */
  shown: string;
  find: StoreGround['find'];
  list(): Promise<StoredFunction[]>;
  /** `own`: what functions get in their environment besides what they read. */
  deploy(fns: readonly WantedFunction[], own: Record<string, string>): Promise<void>;
  removeAll(): Promise<void>;
}

export function openShown({ kind, id, shown, find, list, deploy, removeAll }: ShownPlace, key: StoreKey): WholeStore {
  const { version, secrets, callerEnv } = key;
  return {
    address: `${kind} ${id}`,
    version,
    secrets,
    callerEnv,
    ground: { kind: shown, name: id, find, make: async () => {}, remove: removeAll },
    list,
    replace: async (fns) => deploy(fns, key.getVariables()),
  };
}
