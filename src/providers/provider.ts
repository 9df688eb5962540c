import type { OutputFile, UnitPlan } from '../types.ts';

/** Everything that differs between targets, as data. Adding one touches no phase. */
export interface Provider {
  /** The name a user gives. */
  name: string;
  /** The file of the runtime that exports its `handle`, from the output folder; handlers import it. */
  runtime: string;
  /** The template that file is a copy of, from `templates/`. */
  template: string;
  limits: ProviderLimits;
  /** What the name of a unit may look like. */
  unitName: { pattern: RegExp; maxLength: number };
  /** Further files of a unit, by path from its folder. */
  describeUnit?(unit: UnitPlan): OutputFile[];
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
