/** Everything that differs between targets, as data. Adding one touches no phase. */
export interface Provider {
  /** The name a user gives. */
  name: string;
  /** The file that exports its `handle`, both below `templates/` and in the output folder; handlers import it. */
  template: string;
  limits: ProviderLimits;
  /** What the name of a unit may look like. */
  unitName: { pattern: RegExp; maxLength: number };
}

/** Infinity where there is no limit. */
export interface ProviderLimits {
  /** Bytes of the zip, and of what is in it. */
  zip: number;
  unpacked: number;
  /** Bytes of a request, and of a reply. */
  payload: number;
  /** MB */
  memory: { min: number; max: number };
  /** Seconds */
  timeout: number;
  /** Where the figures come from, and when. */
  source: string;
}
