/** `rate(5 minutes)`, `cron(0 12 * * ? *)`: when a function runs by itself, in UTC, as EventBridge understands it. */

export type Schedule = { kind: 'rate'; minutes: number } | { kind: 'cron'; fields: CronField[] };

/** The values that fit; undefined: any. */
export type CronField = ReadonlySet<number> | undefined;

interface FieldRule {
  name: string;
  min: number;
  max: number;
  words?: readonly string[];
}

const MINUTES = { minute: 1, hour: 60, day: 24 * 60 };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const FIELDS: FieldRule[] = [
  { name: 'minutes', min: 0, max: 59 },
  { name: 'hours', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, words: MONTHS },
  { name: 'day of the week', min: 1, max: 7, words: DAYS },
  { name: 'year', min: 1970, max: 2199 },
];
const [DAY_OF_MONTH, DAY_OF_WEEK] = [2, 4];

export function parseSchedule(text: string): Schedule | { problem: string } {
  const [, kind, inside = ''] = /^(rate|cron)\(([^()]*)\)$/.exec(text.trim()) ?? [];
  if (kind === 'rate') return parseRate(inside);
  if (kind === 'cron') return parseCron(inside);
  return { problem: 'it is neither rate(…) nor cron(…)' };
}

export function findScheduleProblem(text: string): string | undefined {
  const parsed = parseSchedule(text);
  return 'problem' in parsed ? parsed.problem : undefined;
}

/** `1 minute`, `5 minutes`: the provider wants the singular for one, and refuses it for more. */
function parseRate(text: string): Schedule | { problem: string } {
  const [, digits, unit, plural] = /^([1-9]\d{0,4}) +(minute|hour|day)(s?)$/.exec(text.trim()) ?? [];
  if (unit !== 'minute' && unit !== 'hour' && unit !== 'day') {
    return { problem: 'a rate is a whole number above 0 and minutes, hours or days' };
  }
  const count = Number(digits);
  if ((count === 1) === (plural === 's')) return { problem: `it is ${count} ${unit}${count === 1 ? '' : 's'}` };
  return { kind: 'rate', minutes: count * MINUTES[unit] };
}

function parseCron(text: string): Schedule | { problem: string } {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) {
    return {
      problem: `cron has ${FIELDS.length} fields (${FIELDS.map(({ name }) => name).join(', ')}), not ${parts.length}`,
    };
  }
  const open = [parts[DAY_OF_MONTH], parts[DAY_OF_WEEK]].filter((part) => part === '?').length;
  if (open !== 1) return { problem: 'one of the day of the month and the day of the week has to be ?, and not both' };
  const fields: CronField[] = [];
  for (const [index, rule] of FIELDS.entries()) {
    const part = parts[index] ?? '';
    const field = part === '?' ? undefined : parseField(part, rule);
    const mayBeOpen = index === DAY_OF_MONTH || index === DAY_OF_WEEK;
    if (field === 'bad' || (part === '?' && !mayBeOpen)) return { problem: `${part} is no ${rule.name}` };
    fields.push(field);
  }
  return { kind: 'cron', fields };
}

/** `*`, `5`, `MON-FRI`, `0/15`, `1,3,5`. `L`, `W` and `#` are not understood. */
function parseField(text: string, rule: FieldRule): CronField | 'bad' {
  if (text === '*') return undefined;
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [, range = '', step = '1'] = /^([^/]+)(?:\/([1-9]\d*))?$/.exec(part) ?? [];
    const [from = '', to] = range === '*' ? [`${rule.min}`, `${rule.max}`] : range.split('-', 2);
    const first = readValue(from, rule);
    const last = to !== undefined ? readValue(to, rule) : part.includes('/') ? rule.max : first;
    if (first === undefined || last === undefined || last < first) return 'bad';
    for (let value = first; value <= last; value += Number(step)) values.add(value);
  }
  return values;
}

function readValue(text: string, { min, max, words = [] }: FieldRule): number | undefined {
  const word = words.indexOf(text.toUpperCase());
  if (word >= 0) return word + 1;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

/**
 * The same as five fields, as others than EventBridge want them: minutes, hours, day of the month, month and day of the week, where
 * Sunday is 0. Undefined for what they cannot say: years, and rates that begin anew in the middle of an hour or a day.
 */
export function toCron(text: string): string | undefined {
  const schedule = parseSchedule(text);
  if ('problem' in schedule) return undefined;
  if (schedule.kind === 'rate') return toRate(schedule.minutes);
  const [minutes, hours, days, months, weekdays, years] = schedule.fields;
  if (years) return undefined;
  return [...[minutes, hours, days, months].map((field) => formatField(field)), formatField(weekdays, -1)].join(' ');
}

function toRate(minutes: number): string | undefined {
  const hours = minutes / 60;
  if (minutes === 1) return '* * * * *';
  if (60 % minutes === 0 && minutes < 60) return `*/${minutes} * * * *`;
  if (hours === 1) return '0 * * * *';
  if (hours === 24) return '0 0 * * *';
  return Number.isInteger(hours) && 24 % hours === 0 ? `0 */${hours} * * *` : undefined;
}

function formatField(field: CronField, shift = 0): string {
  return field
    ? [...field]
        .sort((a, b) => a - b)
        .map((value) => value + shift)
        .join(',')
    : '*';
}

/** Whether a function is to run in the minute of this time. */
export function isDue(fields: readonly CronField[], time: Date): boolean {
  const parts = [
    time.getUTCMinutes(),
    time.getUTCHours(),
    time.getUTCDate(),
    time.getUTCMonth() + 1,
    time.getUTCDay() + 1,
    time.getUTCFullYear(),
  ];
  return parts.every((part, index) => fields[index]?.has(part) ?? true);
}

/** `rate(5 minutes)` */
export function formatRate(minutes: number): string {
  return minutes === 1 ? 'rate(1 minute)' : `rate(${minutes} minutes)`;
}
