import { afterAll } from 'vitest';
import { type Case, readFixtures } from './harness/cases.ts';
import { type Reference, referTo } from './harness/compare.ts';
import { type Passage, readPage, rowOf, updatePage, writePage } from './harness/page.ts';
import { checkRecording, recall, record } from './harness/recordings.ts';
import type { Way } from './harness/run.ts';
import { describeCases } from './harness/suite.ts';

const cases = readFixtures();
/**
 * Without it every case is run with awaited calls, and the first one of every row in all ways. `rest`: with blocking calls
 * where they are not without it. `all` or `page`: every case in all ways; `page` writes the page.
 */
const { CONFORMANCE, CASE } = process.env;
const isComplete = CONFORMANCE === 'all' || CONFORMANCE === 'page' || CASE !== undefined;
const isRest = CONFORMANCE === 'rest';
const firstOfRow = new Map([...cases].reverse().map((subject) => [rowOf(subject.name), subject]));

const AWAITED: Way = { calls: 'auto', direct: true };
const BLOCKING: Way = { calls: 'blocking', direct: true };
const OVER_HTTP: Way = { calls: 'auto', overHttp: true };

function waysOf(subject: Case): Way[] {
  const { open, faults } = subject.expectation;
  const isWhole = isComplete || firstOfRow.get(rowOf(subject.name)) === subject;
  if (isRest) return isWhole ? [] : [BLOCKING];
  const mayUseHttp = open === undefined && (isWhole || faults !== undefined);
  return [AWAITED, ...(isWhole ? [BLOCKING] : []), ...(mayUseHttp ? [OVER_HTTP] : [])];
}

/** A run that is not complete believes what is recorded. */
async function refer(subject: Case): Promise<Reference> {
  const reference = referTo(subject);
  if (!isComplete && !isRest) return { ...reference, recorded: recall(subject) };
  if (CONFORMANCE === 'page') record(subject, await reference.plain());
  else checkRecording(subject, await reference.plain());
  return reference;
}

const passages: Passage[] = [];

describeCases('conformance programs do the same after the cut', cases, waysOf, {
  passed: (subject, way, report) => passages.push({ subject, way, report }),
  refer,
});

afterAll(() => {
  if (CONFORMANCE === 'page') writePage(updatePage(CASE ? readPage() : new Map(), cases, passages));
});
