/** Everything that differs between targets. Adding one touches no phase: see templates/_template/README.md. */

import type { OutputFile, UnitSettings } from '../types.ts';
import type { FunctionStore, StoreRequest } from './api/function-store.ts';
import type { CodeRequest, StoredCode } from './api/stored-code.ts';

export interface Provider {
  /** The name a user gives; that of its file, and of its folder below `templates/`. */
  name: string;
  /** As it calls itself: `Google Cloud Functions`. */
  title: string;
  limits: ProviderLimits;
  /** What the name of a function may look like there. */
  unitName: { pattern: RegExp; maxLength: number };
  /** What lies beside the handler, and is what the provider calls; missing where that is the handler itself. */
  entry?: ProviderEntry;
  /** What else belongs into the package of a unit, by path in it: `package.json`, `function.json`. */
  files?(unit: ProviderUnit): OutputFile[];
  /** What describes all units together, by path from `<out>/<name>/`: `stack.yml`. */
  project?(app: ProviderApp): OutputFile[];
  /** How the provider's own tool deploys what was built: lines of a shell script that runs in the output folder. */
  commands?(app: ProviderApp): string[];
  /** Its API, by what its own tool finds in the environment; throws where nothing says where it is, or who deploys. */
  openStore?(request: StoreRequest): FunctionStore;
  /** The code of a function there, whoever has deployed it; throws where it is none for Node.js. */
  readCode?(request: CodeRequest): Promise<StoredCode>;
  /** What functions cannot do there. */
  lacks?: ProviderLacks;
  /** What calls cost; missing where nobody says, or it is what the machines cost. */
  prices?: ProviderPrices;
  /** What starts its functions besides calls. */
  starts?: ProviderStarts;
}

export interface ProviderStarts {
  /** Functions have addresses (`@faas http=…`). */
  http?: true;
  /** They run by the clock (`@faas schedule=…`): as EventBridge says it, or with five fields; `named`: with names of days, as it counts them in its own way. */
  schedule?: 'any' | 'cron' | 'named';
  /** All that run by the clock in one unit do so at the same time: there is no more than one schedule. */
  oneSchedule?: true;
  /** Seconds that one of them takes at most, where that is less than what calls may take. */
  longestRun?: number;
  /** Of addresses in several units none stands for part of another one: nothing says which comes first. */
  apart?: true;
  /** Addresses that calls go to. */
  taken?: readonly string[];
  /** They are kept ready (`@faas warm=…`). */
  warm?: true;
  /** Why it has no addresses or schedules: what completes "cannot have … on <title>: ". */
  lacks?: { http?: string; schedule?: string };
}

export interface ProviderPrices {
  /** Dollars for one call of that many MB and seconds, beyond what is free. */
  perCall(memory: number, seconds: number): number;
  /** Where the figures come from, and when. */
  source: string;
}

export interface ProviderEntry {
  /** Its name in the package: `index.mjs`. */
  file: string;
  format: 'esm' | 'cjs';
  /** The handler is part of it: the provider takes a single file. */
  whole?: true;
  /** Files that its code reads may lie beside it all the same. */
  beside?: true;
  /** What stands before and behind the bundle. */
  around?: { before: string; after: string };
}

/** What functions do that stays for it, each with what completes "cannot be on <title>: it …". */
export interface ProviderLacks {
  /** Effects, matched as kind and subject: `cwd process.cwd`. */
  effects?: readonly (readonly [pattern: RegExp, what: string])[];
  /** Modules of Node without `node:`, or one thing that is imported from them by its name: `v8`, `util.parseArgs`. */
  imports?: Readonly<Record<string, string>>;
  /** What the bundle of a unit has in its text, of packages as well. */
  code?: readonly (readonly [pattern: RegExp, what: string])[];
  /** Code without strict mode. */
  sloppy?: string;
  /** Files that lie beside the code. */
  files?: string;
  /** Threads, and requests of Node's: of calls from unit to unit only those leave that are awaited and change nothing. */
  threads?: true;
}

/** A unit, as it is deployed. */
export interface ProviderUnit {
  /** At the provider. */
  name: string;
  /** In the output folder. */
  unit: string;
  settings: UnitSettings;
  /** Names of the environment variables that its functions read. */
  env: string[];
  /** It calls other units. */
  isCaller?: true;
  /** Addresses of its functions: `GET /price/{id}`. */
  routes?: readonly string[];
  schedules?: readonly ProviderSchedule[];
}

/** `cron`: five fields, as the provider understands them. */
export interface ProviderSchedule {
  fn: string;
  cron: string;
}

export interface ProviderApp {
  /** Of package.json; missing if there is none. */
  name?: string;
  /** `package`: path of its zip, and `folder` of what is in it, from the output folder. */
  units: (ProviderUnit & { package: string; folder: string })[];
}

/** Infinity where there is no limit. */
export interface ProviderLimits {
  /** Bytes of the zip, and of what is in it. */
  zip: number;
  unpacked: number;
  /** Bytes of a request, and of a reply. */
  payload: number;
  /** MB; 0 to Infinity where it cannot be chosen. */
  memory: { min: number; max: number };
  /** Seconds */
  timeout: number;
  /** Where the figures come from, and when. */
  source: string;
}

const NONE = Number.POSITIVE_INFINITY;

/** Of what runs wherever somebody has set it up. */
export const NO_LIMITS = {
  zip: NONE,
  unpacked: NONE,
  payload: NONE,
  memory: { min: 16, max: NONE },
  timeout: NONE,
} satisfies Omit<ProviderLimits, 'source'>;
