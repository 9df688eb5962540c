/** Settings of whatever is compared. */
import type { Tags } from './state.ts';

export type Action = 'create' | 'update' | 'delete';

/** `from` and `to` are absent for values that must not be shown. */
export interface SettingChange {
  setting: string;
  from?: string | number | boolean;
  to?: string | number | boolean;
}

/** Tags that others have added stay. */
export function diffTags(desired: Tags, actual: Tags): SettingChange[] {
  return Object.keys(desired)
    .filter((name) => desired[name] !== actual[name])
    .sort()
    .map((name) => toChange(`tag ${name}`, actual[name], desired[name]));
}

export function toChange(setting: string, from: SettingChange['from'], to: SettingChange['to']): SettingChange {
  return { setting, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}
