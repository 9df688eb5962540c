/** What the user asks for. */

/** What the user asked for: flags over config over defaults. Annotations are weighed in by 2-plan, function by function. */
export interface Settings extends Partial<DeploySettings> {
  /** `local`, or the provider that is asked first; the latter may have others behind it. */
  target: string;
  targets: string[];
  /** `auto`: await where the call graph allows it, block where no await can stand. */
  calls: 'auto' | 'async' | 'blocking';
  /** Globs over ids, `<file glob>[#<qualified name glob>]`. Empty: no restriction. `exclude` wins over `include`. */
  include: string[];
  exclude: string[];
  /** Packages with native code that only computes from what it is given, as the user says; they lie beside a unit's code. */
  native?: string[];
  select: Selection;
  /** `remote`: a unit's calls to functions of other units go over the wire as well. */
  nested: 'local' | 'remote';
  /** `shallow`: a unit per module. `medium`: one per function of the top level, and one per class with its methods. */
  depth: 'shallow' | 'medium';
  /** A call that cannot cross throws; findings become errors. */
  strict: boolean;
  /** `drop`: moved functions keep no local body. */
  bodies: 'keep' | 'drop';
  /** `local`: a call that certainly did not reach its function runs in the app; else it throws. */
  fallback: 'none' | 'local';
  /** What makes the app's calls to AWS: requests that faasify signs, or AWS's SDK. */
  clientTransport: 'http' | 'sdk';
  /** MB and seconds: what units get that have no annotation; without it what is usual, as far as their providers have it. */
  memory?: number;
  timeout?: number;
  region?: string;
  concurrency?: number;
  /** Milliseconds after which a call without an answer is made a second time, where nothing remains of it but its reply. */
  hedge?: number;
  /** In which order the targets are asked: as they are named, or the cheapest first. */
  routing?: 'ordered' | 'cheapest';
  /** What is deployed together is named after it; absent where nothing can be deployed. */
  app?: string;
  /** The output folder, absolute. Only 4-package looks at it. */
  out: string;
}

/** What holds for all functions of an app once they are deployed. */
export interface DeploySettings {
  /** ARN of the role that they run as; without one the app gets a role of its own. */
  role?: string;
  runtime: string;
  architecture: string;
  /** MB of temporary files. */
  storage: number;
  tracing: boolean;
  /** Days for which logs are kept. */
  logRetention: number;
  /** Of everything that is made, beside our own. */
  tags: Record<string, string>;
  vpc?: Network;
  /** ARN of the queue or topic that gets events which failed. */
  deadLetter?: string;
  /** Instances that each function has for itself and may not exceed. */
  reservedConcurrency?: number;
  /** Instances of each function that are kept ready. */
  provisionedConcurrency?: number;
  /** Environment variables of all functions whose value is looked up when a deployment is made: `ssm:/shop/token`. */
  environment?: Record<string, string>;
  /** What the functions may do beside what the plan says. */
  permissions?: AskedPermission[];
  /** A bucket of the user's for what is too large to be sent; without one the app gets one of its own, if it needs it. */
  bucket?: string;
  /** What is too large for a call goes through the bucket. */
  claimCheck?: boolean;
}

/** Sorted. */
export interface Network {
  subnets: string[];
  securityGroups: string[];
}

export interface AskedPermission {
  actions: string[];
  resources: string[];
  /** The name of the file that asks for it. */
  from: string;
}

/** `auto`: the annotated functions if the program has any, else all. `globs`: as in `include`. */
export type Selection = { kind: 'auto' | 'all' | 'exported' | 'annotated' } | { kind: 'globs'; globs: string[] };
