import { join } from 'node:path';
import { expect, it } from 'vitest';
import { analyze } from '../../src/1-analyze/analyze.ts';
import { loadProgram } from '../../src/1-analyze/program/load.ts';
import { makeProject } from '../cli/command.ts';

const KINDS = ['zone', 'locale', 'formats', 'texts', 'dates'];

/** What functions with these parameters and bodies ask for, by what is written in them. */
function findKinds(bodies: Record<string, string>, before = ''): Record<string, string> {
  const codes = Object.keys(bodies);
  const text = codes.map((code, i) => `export function f${i}(${bodies[code]}): unknown { return ${code}; }`).join('\n');
  const folder = makeProject({ 'main.ts': `${before}\n${text}\n` });
  const { functions } = analyze(loadProgram({ path: join(folder, 'main.ts'), cwd: folder }));
  return Object.fromEntries(
    codes.map((code, i) => {
      const fn = functions.find(({ name }) => name === `f${i}`);
      const found = new Set<string>(fn?.effects.map(({ kind }) => kind));
      return [code, KINDS.filter((kind) => found.has(kind)).join(' ')];
    }),
  );
}

const DATE = 'date: Date';
const ANY = 'value: any';
const UNKNOWN = 'value: unknown';

it('dates are looked at in local time, or not', () => {
  const cases: [code: string, params: string, kinds: string][] = [
    ['date.getHours()', DATE, 'zone'],
    ['date.setMonth(1)', DATE, 'zone'],
    ['date.getTimezoneOffset()', DATE, 'zone'],
    ['date.toDateString()', DATE, 'zone'],
    ['date.toString()', DATE, 'zone locale'],
    ['date.getTime() + date.getUTCHours() + date.valueOf()', DATE, ''],
    ['date.toISOString() + JSON.stringify(date)', DATE, ''],
    ['date.setUTCHours(1)', DATE, ''],
    ['new Date(2024, 0)', '', 'zone dates'],
    ['new Date(n)', 'n: number', 'dates'],
    ['new Date(date)', DATE, 'dates'],
    ['new Date(text)', 'text: string', 'zone dates'],
    ["new Date('2024-03-01')", '', 'dates'],
    ["new Date('2024-03-01T12:00')", '', 'zone dates'],
    ["new Date('2024-03-01T12:00:00Z')", '', 'dates'],
    ['new Date()', '', 'dates'],
    ['Date()', '', 'zone locale dates'],
    ['Date.now() + Date.UTC(2024, 0)', '', ''],
    ['Date.parse(text)', 'text: string', 'zone'],
    ['value instanceof Date', UNKNOWN, ''],
    ["date['getHours']()", DATE, 'zone'],
    ['date[name]()', `${DATE}, name: 'getHours' | 'getTime'`, 'zone locale formats'],
    ['Date.prototype.getHours.call(date)', DATE, 'zone'],
    ['value.getHours()', ANY, 'zone'],
  ];
  const found = findKinds(Object.fromEntries(cases.map(([code, params]) => [code, params])));
  expect(found).toEqual(Object.fromEntries(cases.map(([code, , kinds]) => [code, kinds])));
});

it('texts may be those of dates, or not', () => {
  const cases: [code: string, params: string, kinds: string][] = [
    ['`${date}`', DATE, 'texts'],
    ["date + ''", DATE, 'texts'],
    ['date - 1', DATE, ''],
    ['+date', DATE, ''],
    ['date < other', `${DATE}, other: Date`, ''],
    ['String(value)', UNKNOWN, 'texts'],
    ['String(n)', 'n: number', ''],
    ['Number(date)', DATE, ''],
    ['dates.join()', 'dates: Date[]', 'texts'],
    ['dates.map(String)', 'dates: Date[]', 'texts'],
    ['names.join() + names.map((name) => `${name}!`)', 'names: string[]', ''],
    ['value.toString()', ANY, 'texts'],
    ['value.toString(16)', ANY, ''],
    ['`${point.x}`', 'point: { x: number }', ''],
    ['`${value}`', 'value: { getTime(): number }', 'texts'],
  ];
  const found = findKinds(Object.fromEntries(cases.map(([code, params]) => [code, params])));
  expect(found).toEqual(Object.fromEntries(cases.map(([code, , kinds]) => [code, kinds])));
});

it('languages are named, or not', () => {
  const cases: [code: string, params: string, kinds: string][] = [
    ['n.toLocaleString()', 'n: number', 'locale formats'],
    ["n.toLocaleString('de-DE')", 'n: number', 'formats'],
    ["n.toLocaleString('xx-XX')", 'n: number', 'locale formats'],
    ['n.toLocaleString(locale)', 'n: number, locale: string', 'locale formats'],
    ['a.localeCompare(b)', 'a: string, b: string', 'locale formats'],
    ["a.localeCompare(b, ['de-CH', 'de'])", 'a: string, b: string', 'formats'],
    ['a.toLocaleUpperCase() + a.toUpperCase()', 'a: string', 'locale formats'],
    ['date.toLocaleString()', DATE, 'zone locale formats'],
    ["date.toLocaleString('de', { timeZone: 'UTC' })", DATE, 'formats'],
    ["date.toLocaleDateString('de', options)", `${DATE}, options: Intl.DateTimeFormatOptions`, 'zone formats'],
    ['new Intl.NumberFormat().format(n)', 'n: number', 'locale formats'],
    ["new Intl.DateTimeFormat('en').format(n)", 'n: number', 'zone formats'],
    ['Intl.DateTimeFormat().resolvedOptions().timeZone', '', 'zone locale formats'],
    ['list.toLocaleString()', 'list: unknown[]', 'zone locale formats texts'],
    ['value.toLocaleString()', ANY, 'zone locale formats'],
  ];
  const found = findKinds(Object.fromEntries(cases.map(([code, params]) => [code, params])));
  expect(found).toEqual(Object.fromEntries(cases.map(([code, , kinds]) => [code, kinds])));
});

it('what a module has made is asked for by whoever uses it', () => {
  const before = `
    const LABEL = (1.5).toLocaleString();
    const PERCENT = new Intl.NumberFormat('de-DE', { style: 'percent' });
    const START = new Date(0);`;
  expect(findKinds({ 'LABEL + 1': '', 'PERCENT.format(1)': '', '`${START}`': '' }, before)).toEqual({
    'LABEL + 1': 'locale formats',
    'PERCENT.format(1)': 'formats',
    '`${START}`': 'texts dates',
  });
});
