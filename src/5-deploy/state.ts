/** What is at the provider and what is to be there, in one form, so that both can be compared. Plain data. */

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
  /** Absent where the provider does not say. */
  logGroup?: string;
  env: Record<string, string>;
}

export type Tags = Record<string, string>;

export interface DesiredFunction {
  region: string;
  name: string;
  unit: string;
  /** Path of the zip, absolute. */
  zip: string;
  content: FunctionContent;
  tags: Tags;
}

export interface DesiredRole {
  name: string;
  path: string;
  trust: string;
  policy: Policy;
  tags: Tags;
}

export interface DesiredRegion {
  region: string;
  logGroup: { name: string; retention: number; tags: Tags };
  /** Absent: the functions run as a role that somebody else has made. */
  role?: DesiredRole;
  functions: DesiredFunction[];
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
