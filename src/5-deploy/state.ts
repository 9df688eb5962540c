/** What is at the provider and what is to be there, in one form, so that both can be compared. Plain data. */
import type { ActualTriggers, DesiredTriggers } from './trigger-state.ts';

/** What a version of a function is made of. All of it is compared, and `env` is never shown. */
export interface FunctionContent {
  /** sha256 of the zip, base64. */
  code: string;
  handler: string;
  runtime: string;
  architecture: string;
  /** MB, seconds, MB. */
  memory: number;
  timeout: number;
  storage: number;
  tracing: boolean;
  /** ARN */
  role: string;
  /** Subnets and security groups, sorted: `sg-1 subnet-1`; empty for none. */
  vpc: string;
  /** ARN; empty for none. */
  deadLetter: string;
  /** Absent where the provider does not say. */
  logGroup?: string;
  env: Record<string, string>;
}

export type Tags = Record<string, string>;

/** What belongs to no version of a function: going back leaves it as it is. Zero: none. */
export interface Scaling {
  /** Instances that it has for itself, and that are kept ready behind the alias. */
  reservedConcurrency: number;
  provisionedConcurrency: number;
}

export interface DesiredFunction {
  region: string;
  name: string;
  unit: string;
  /** Path of the zip, absolute. */
  zip: string;
  /** Where in the bucket of the region the zip is put for as long as it takes; absent if it can be sent as it is. */
  upload?: { bucket: string; key: string };
  content: FunctionContent;
  scaling: Scaling;
  tags: Tags;
}

export interface DesiredRole {
  name: string;
  path: string;
  trust: string;
  policy: Policy;
  tags: Tags;
}

export interface DesiredBucket {
  name: string;
  /** The app's; else it is the user's, and nothing but objects below the prefix is ever touched. */
  isOwn: boolean;
  /** Of all objects of the app: `faasify/shop/`. */
  prefix: string;
  tags: Tags;
}

/** A bucket with a name of ours, or one of the user's. */
export interface ActualBucket {
  name: string;
  isOwn: boolean;
  tags: Tags;
  /** Nobody but the account can be let in; objects are encrypted; they expire. Of a bucket of the user's nobody asks. */
  isPrivate: boolean;
  isEncrypted: boolean;
  expires: boolean;
  /** Zips that a deployment has left which was killed. */
  leftovers: string[];
}

export interface DesiredRegion {
  region: string;
  logGroup: { name: string; retention: number; tags: Tags };
  /** Absent: the functions run as a role that somebody else has made. */
  role?: DesiredRole;
  /** Absent: nothing is too large to be sent. */
  bucket?: DesiredBucket;
  functions: DesiredFunction[];
  /** Absent: nothing starts them but calls. */
  triggers?: DesiredTriggers;
}

export interface Desired {
  app: string;
  alias: string;
  regions: DesiredRegion[];
}

/** Statements of a role's policy; `why` is for people. */
export interface Policy {
  statements: { id: string; actions: string[]; resources: string[]; why: string }[];
}

/** A deployment in which a function got the version that it had from then on, oldest first. */
export interface HistoryEntry {
  /** Sorts by time: of two deployments the later one has the greater. */
  deployment: string;
  version: string;
}

export interface ActualFunction {
  region: string;
  name: string;
  unit: string;
  tags: Tags;
  arn: string;
  scaling: Scaling;
  latest: FunctionContent;
  /** Changes with everything that changes `latest`. */
  revision: string;
  live?: LiveVersion;
}

/** What the alias leads to: what callers reach. */
export interface LiveVersion {
  version: string;
  content: FunctionContent;
}

/** By `region/name` of its function. */
export type Aliases = ReadonlyMap<string, Alias>;

export interface Alias {
  version: string;
  /** Changes with everything that changes the alias. */
  revision: string;
  history: HistoryEntry[];
}

export interface ActualRegion {
  region: string;
  functions: ActualFunction[];
  logGroup?: { name: string; retention?: number; tags: Tags };
  role?: { name: string; trust: string; policy?: string; tags: Tags };
  bucket?: ActualBucket;
  /** Absent: nothing is known of them. */
  triggers?: ActualTriggers;
  /** What has a name that is to be ours, but not our tags: `function shop-trig`. */
  foreign: string[];
}

export interface Actual {
  regions: ActualRegion[];
}

/** `eu-west-1/shop-trig` */
export function keyOf({ region, name }: { region: string; name: string }): string {
  return `${region}/${name}`;
}
