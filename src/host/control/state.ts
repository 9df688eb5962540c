/** The functions that were made here, as plain data that is replaced and never changed. */

/** What a version is made of, in the words of the API. */
export interface Settings {
  Runtime: string;
  Role: string;
  Handler: string;
  Description: string;
  /** Seconds, MB, MB. */
  Timeout: number;
  MemorySize: number;
  EphemeralStorage: { Size: number };
  Architectures: string[];
  TracingConfig: { Mode: string };
  LoggingConfig: { LogFormat: string; LogGroup: string; ApplicationLogLevel?: string; SystemLogLevel?: string };
  Environment?: { Variables: Record<string, string> };
  VpcConfig?: { SubnetIds: string[]; SecurityGroupIds: string[] };
  DeadLetterConfig?: { TargetArn?: string };
  KMSKeyArn?: string;
}

export interface StoredCode {
  /** base64, as the API says it. */
  sha256: string;
  /** Bytes of the zip. */
  size: number;
}

export interface Version {
  /** `$LATEST`, or a number. */
  version: string;
  settings: Settings;
  code: StoredCode;
  revision: string;
  /** `2026-11-26T00:20:00.000+0000` */
  modified: string;
}

export interface Alias {
  name: string;
  version: string;
  description: string;
  /** Share of the calls that go to another version. */
  weights: Record<string, number>;
  revision: string;
}

/** Who may call, of the function or of a qualifier; `Statement` as IAM writes it. */
export interface Policy {
  revision: string;
  statements: { Sid: string; [field: string]: unknown }[];
}

export interface FunctionRecord {
  region: string;
  name: string;
  latest: Version;
  /** Published, oldest first. */
  versions: Version[];
  /** The number of the last version that was published, gone or not. */
  lastNumber: number;
  aliases: Alias[];
  tags: Record<string, string>;
  /** Calls at once. */
  reserved?: number;
  /** Instances that are to be ready. */
  provisioned?: { qualifier: string; count: number; modified: string }[];
  /** By qualifier; '' is the function itself. */
  policies: [qualifier: string, policy: Policy][];
}

export function findVersion(record: FunctionRecord, version: string): Version | undefined {
  return [record.latest, ...record.versions].find((one) => one.version === version);
}

export function findAlias({ aliases }: FunctionRecord, name: string): Alias | undefined {
  return aliases.find((alias) => alias.name === name);
}
