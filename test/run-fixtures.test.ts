import { afterAll } from 'vitest';
import { type Case, readFixtures } from './harness/cases.ts';
import { type Reference, referTo } from './harness/compare.ts';
import { type Passage, readPage, rowOf, updatePage, writePage } from './harness/page.ts';
import { checkRecording, recall, record } from './harness/recordings.ts';
import type { Way } from './harness/run.ts';
import { describeCases } from './harness/suite.ts';

const cases = readFixtures();
/**
 * Without it every case is run with awaited calls, the first one of every second row with blocking calls, too, and the first one of
 * every kind of row over HTTP. `other`, for another Node: every case with blocking calls, every second one over HTTP, and the first one
 * of every row with awaited calls, too. `page`: every case in all ways, which also writes the page.
 */
const { CONFORMANCE, CASE } = process.env;
const isComplete = CONFORMANCE === 'page' || CASE !== undefined;
const isOther = CONFORMANCE === 'other';
const isQuick = !isComplete && !isOther;
const firstOfRow = new Set(firstOf(({ name }) => rowOf(name)));
const firstOfSecondRow = new Set([...firstOfRow].filter((_, index) => index % 2 === 0));
const everySecond = new Set(cases.filter((_, index) => index % 2 === 0));
const firstOfKind = new Set(firstOf(({ name }) => rowOf(name).slice(0, 1)));

function firstOf(groupOf: (subject: Case) => string): Iterable<Case> {
  return new Map([...cases].reverse().map((subject) => [groupOf(subject), subject])).values();
}

const AWAITED: Way = { calls: 'auto', direct: true };
const BLOCKING: Way = { calls: 'blocking', direct: true };
const OVER_HTTP: Way = { calls: 'auto', overHttp: true };

function waysOf(subject: Case): Way[] {
  const { open, faults } = subject.expectation;
  const isFirst = firstOfRow.has(subject);
  const blocks = isComplete || isOther || firstOfSecondRow.has(subject);
  const isAsked = isOther ? isFirst || everySecond.has(subject) : firstOfKind.has(subject);
  const goesByHttp = open === undefined && (isComplete || isAsked || faults !== undefined);
  const awaits = !isOther || isFirst || open !== undefined;
  return [...(awaits ? [AWAITED] : []), ...(blocks ? [BLOCKING] : []), ...(goesByHttp ? [OVER_HTTP] : [])];
}

/** What is recorded is believed, as `test:real` holds it against the program. */
async function refer(subject: Case): Promise<Reference> {
  const reference = referTo(subject);
  if (isQuick && !firstOfKind.has(subject)) return { ...reference, recorded: recall(subject) };
  if (CONFORMANCE === 'page') record(subject, await reference.plain());
  else await checkRecording(subject, await reference.plain());
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
