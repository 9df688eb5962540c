/** fixtures/CONFORMANCE.md: what every conformance case did when the page was made. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Case, ROOT } from './cases.ts';
import type { Report, Way } from './run.ts';

/** A case that did the same in one of its ways. */
export interface Passage {
  subject: Case;
  way: Way;
  report: Report;
}

/** Case → its line of the table. */
export type Page = Map<string, string>;

const FILE = join(ROOT, 'fixtures/CONFORMANCE.md');

const HEAD = [
  '# Conformance',
  '',
  'Made by `npm run conformance`, as is `plain.json` of every case; `CASE=<parts of names> npm run conformance` renews some. Every case is a',
  'program in `fixtures/run/<case>/input` that prints what it sees. It runs plainly, and with its functions in the embedded',
  'host: called asynchronously where that is possible (`--calls auto`), called by a caller that sleeps (`--calls blocking`),',
  'and over HTTP (`--target lambda`). Output, error output and exit code must be equal, calls must have crossed, and what',
  'the case says about verdicts must hold. A case with `faults` in its `expect.json` goes over HTTP through a network that fails',
  'in these ways, or has no service at all. Rows are those of the contract: V values, C calls, E effects and state, X errors',
  'and faults.',
  '',
  '| row | case | plain = async = blocking | plain = HTTP | functions that moved |',
  '|---|---|---|---|---|',
];

/** `c10-enums` belongs to row C10. */
export function rowOf(name: string): string {
  return (/^[a-z]+\d+/.exec(name)?.[0] ?? '').toUpperCase();
}

export function readPage(): Page {
  const lines = existsSync(FILE) ? readFileSync(FILE, 'utf8').split('\n') : [];
  const rows = lines.map((line) => [/^\| [A-Z]+\d+ \| ([\w-]+) \|/.exec(line)?.[1], line] as const);
  return new Map(rows.flatMap(([name, line]) => (name === undefined ? [] : [[name, line] as const])));
}

export function writePage(page: Page): void {
  const names = [...page.keys()].sort(byRow);
  writeFileSync(FILE, `${[...HEAD, ...names.map((name) => page.get(name))].join('\n')}\n`);
}

function byRow(a: string, b: string): number {
  return rowOf(a).localeCompare(rowOf(b), 'en', { numeric: true }) || (a < b ? -1 : 1);
}

/** New lines for the cases that have run; the other lines stay as they are. */
export function updatePage(page: Page, cases: Case[], passages: Passage[]): Page {
  return new Map([
    ...page,
    ...cases.map(
      (subject) =>
        [
          subject.name,
          formatLine(
            subject,
            passages.filter((one) => one.subject === subject),
          ),
        ] as const,
    ),
  ]);
}

function formatLine({ name, expectation }: Case, passages: Passage[]): string {
  const direct = passages.filter(({ way }) => !way.overHttp).length === 2;
  const overHttp = passages.some(({ way }) => way.overHttp);
  const no = expectation.open === undefined ? 'no' : `no: ${expectation.open.replaceAll('|', '\\|')}`;
  const moved = passages.length > 0 ? listMoved(passages) : '';
  return `| ${rowOf(name)} | ${name} | ${direct ? 'yes' : no} | ${overHttp ? 'yes' : no} | ${moved} |`;
}

/** Names as in the report, from the folder of the program. */
function listMoved([passage]: Passage[]): string {
  if (!passage) return '';
  const folder = `${basename(passage.subject.dir)}/`;
  const moved = passage.report.functions.filter(({ verdict }) => verdict !== 'keep').map(({ id }) => id);
  const names = moved.map((id) => (id.includes(folder) ? id.slice(id.indexOf(folder) + folder.length) : id));
  return names.map((id) => `\`${id}\``).join(', ');
}
