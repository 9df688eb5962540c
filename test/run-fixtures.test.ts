import { afterAll } from 'vitest';
import { type Case, readFixtures } from './harness/cases.ts';
import { type Passage, readPage, rowOf, updatePage, writePage } from './harness/page.ts';
import { describeCases } from './harness/suite.ts';

const cases = readFixtures();
/** With `all` or `page` every case is run over HTTP too, otherwise the first one of every row. `page` writes the page. */
const { CONFORMANCE, CASE } = process.env;
const isComplete = CONFORMANCE === 'all' || CONFORMANCE === 'page';
const firstOfRow = new Map([...cases].reverse().map((subject) => [rowOf(subject.name), subject]));

function isRunOverHttp(subject: Case): boolean {
  const { open, faults } = subject.expectation;
  return open === undefined && (faults !== undefined || isComplete || firstOfRow.get(rowOf(subject.name)) === subject);
}

const passages: Passage[] = [];

describeCases(
  'conformance programs do the same after the cut',
  cases,
  (subject) => [
    { calls: 'auto', direct: true },
    { calls: 'blocking', direct: true },
    ...(isRunOverHttp(subject) ? [{ calls: 'auto', overHttp: true } as const] : []),
  ],
  (subject, way, report) => passages.push({ subject, way, report }),
);

afterAll(() => {
  if (CONFORMANCE === 'page') writePage(updatePage(CASE ? readPage() : new Map(), cases, passages));
});
