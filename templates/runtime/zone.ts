/** The time zone and the language of a process. The feature of units whose functions ask for them: they have to be those of their caller. */
import { differ, type Feature } from './dispatch.ts';

/** What `TZ` has to be, the name of the zone, and a sum over what it has been and will be. */
export type Zone = [tz: string, name: string, offsets: number];

/** What is meant where none is named, if that matters, and the version of what is known about languages. */
export type Language = [name: string, version: string] | [version: string];

/** The real ones, whatever fakes come later. */
const { DateTimeFormat } = Intl;
const RealDate = Date;
const { getTimezoneOffset } = Date.prototype;

const MONTH = 2_629_746_000;
/** Months from 1970 on: what rules say of later times is what they say of these. */
const MONTHS = 12 * 70;
const MAX_KNOWN = 16;

const known = new Map<string | undefined, Zone>();

/** That of this process now. A process that has none of its own to set keeps the one that it has. */
export function readZone(): Zone {
  const { TZ } = process.env;
  const found = known.get(TZ);
  if (found) return found;
  const { timeZone = '' } = new DateTimeFormat().resolvedOptions();
  const zone: Zone = [TZ || timeZone, timeZone, timeZone === 'UTC' ? 0 : sumOffsets()];
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(TZ, zone);
  return zone;
}

/** Data of other years about time zones may have another rule for the same name. */
function sumOffsets(): number {
  let sum = 0;
  for (let month = 0; month < MONTHS; month++) {
    sum = (sum * 31 + getTimezoneOffset.call(new RealDate(month * MONTH))) | 0;
  }
  return sum;
}

let own: string | undefined;

/** That of this process, which cannot change it. */
export function readLanguage(): [name: string, version: string] {
  own ??= new DateTimeFormat().resolvedOptions().locale;
  return [own, ...readFormats()];
}

/** For whoever names a language. */
export function readFormats(): [version: string] {
  return [process.versions.cldr ?? ''];
}

export const zone: Feature = {
  begin({ zone, language, env = {} }) {
    if (language) compare(language);
    const leave = zone && enter(zone, Object.hasOwn(env, 'TZ'));
    return {
      end() {
        leave?.();
      },
      add() {},
    };
  },
};

function compare(language: Language): void {
  const [version, name] = [...language].reverse();
  const [ownName, ownVersion] = readLanguage();
  if (name !== undefined && name !== ownName) throw differ(`the language of the unit is ${ownName}, not ${name}`);
  if (version !== ownVersion) throw differ(`what the unit knows about languages is CLDR ${ownVersion}, not ${version}`);
}

/** `isSet`: what `TZ` is has come with the call. Returns what puts it back, if that is needed. */
function enter(wanted: Zone, isSet: boolean): (() => void) | undefined {
  const [tz] = wanted;
  if (isThere(wanted)) return undefined;
  const { TZ } = process.env;
  const leave = () => {
    if (TZ === undefined) delete process.env.TZ;
    else process.env.TZ = TZ;
  };
  if (!isSet) {
    process.env.TZ = `${tz}`;
    if (isThere(wanted)) return leave;
    leave();
  }
  const [, own] = readZone();
  throw differ(
    own === wanted[1]
      ? `the unit knows other rules for ${own}`
      : `the time zone of the unit is ${own}, not ${wanted[1]}`,
  );
}

function isThere([, name, offsets]: Zone): boolean {
  const [, own, ownOffsets] = readZone();
  return own === name && ownOffsets === offsets;
}
