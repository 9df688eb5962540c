import type { ProviderSchedule } from '../provider.ts';

/**
 * What one app has at a provider that is deployed by its API: all that `converge` needs of it. A provider makes one in `openStore`,
 * which only reads the environment: it throws `no-endpoint` or `credentials` where nothing says where it is or who deploys, and asks nobody.
 */
export type FunctionStore = EachStore | WholeStore;

/** What is deployed, and who deploys. */
export interface StoreRequest {
  env: NodeJS.ProcessEnv;
  /** What belongs together: `shop`. */
  app: string;
  /** As --region says, where that does not mean AWS. */
  region?: string;
  /** What `provider.project` has written: `<out>/<target>`, absolute; may be missing. */
  folder: string;
}

interface Store {
  /** For people. */
  address: string;
  /** Where functions go whose unit names none; missing where there are no regions to choose. */
  region?: string;
  /** Those that there are, where functions may go to several; asked for only if a unit names one. */
  listRegions?(): Promise<string[]>;
  /** The one where all functions go; units that name another are refused. */
  onlyRegion?: string;
  /** What else it sets of every function: where that changes all of them differ. `nodejs22` */
  version?: string;
  /** Names of variables that functions cannot be given there. */
  reserved?: RegExp;
  /** Variables of functions that call others, besides those that they read: how they find them. */
  callerEnv?: Readonly<Record<string, string>>;
  /** Why it does not set up what starts functions besides calls: what completes "does not set up … at <title>: ". */
  lacks?: StoreLacks;
  /** Who asks for addresses comes to a second function with the same code, with this behind its name. */
  webSuffix?: string;
  /** What else it sends that is in no message. */
  secrets?: string[];
  /** Missing where functions lie in nothing of the app's own, or in what the user has named. */
  ground?: StoreGround;
  /** All functions that the app's might be among, whoever they belong to; none where there is no ground yet. Changes nothing. */
  list(): Promise<StoredFunction[]>;
  /** What functions of these names have written since a time (milliseconds since the epoch), in any order; missing where its API does not tell. */
  findLines?(names: readonly string[], since: number): Promise<StoreLine[]>;
}

export interface StoreLacks {
  http?: string;
  schedule?: string;
}

/** A provider that takes functions one by one. Requests that take a while are waited for: what `put` and `remove` do is done when they end. */
export interface EachStore extends Store {
  /** Creates it, or puts it in the place of what is there. */
  put(fn: WantedFunction): Promise<void>;
  /** Fine if there is none any more. */
  remove(fn: StoredFunction): Promise<void>;
}

/** A provider that takes all functions of an app at once: a site, a function app. */
export interface WholeStore extends Store {
  /** What is not among them is gone after that; none are wanted only where there is no ground that can be removed. */
  replace(fns: readonly WantedFunction[]): Promise<void>;
}

/** What all functions of an app lie in, where there is such a thing: a site, a project, a namespace. Made before them, removed after them. */
export interface StoreGround {
  /** `namespace` */
  kind: string;
  name: string;
  /** Functions of others may be there without it: all are looked at all the same. */
  isBeside?: true;
  /** Whose it is; missing: it is not there. Changes nothing. */
  find(): Promise<'ours' | 'foreign' | undefined>;
  make(): Promise<void>;
  remove(): Promise<void>;
}

export interface StoredFunction {
  name: string;
  /** Where there are regions. */
  region?: string;
  /** The app that has put it there, and what it was then; missing where that was not faasify. */
  mark?: Mark;
  /** Something has failed or was not waited for: it is put there again, whatever its mark says. */
  isUnfinished?: boolean;
  /** Where it is called. */
  url?: string;
}

export interface Mark {
  app: string;
  /** Of the code, the settings and the environment: 48 hexadecimal digits. */
  hash: string;
}

export interface WantedFunction {
  name: string;
  /** Where there are regions. */
  region?: string;
  mark: Mark;
  /** A zip. */
  code: Buffer;
  /** What is in it, unpacked: absolute. */
  folder: string;
  /** MB */
  memory: number;
  /** Seconds */
  timeout: number;
  /** Variables that its functions read, with the values they have where the deployment is made, and `callerEnv`. In no message, please. */
  env: Readonly<Record<string, string>>;
  /** It calls other functions. */
  isCaller?: boolean;
  /** Anybody may ask it for its addresses, and for nothing else. */
  isWeb?: true;
  /** When the clock starts what; missing where that is never. */
  schedules?: readonly ProviderSchedule[];
}

export interface StoreLine {
  /** The same whenever it is found. */
  id: string;
  line: StoreLogLine;
}

export interface StoreLogLine {
  /** Milliseconds since the epoch. */
  time: number;
  fn: string;
  message: string;
}
