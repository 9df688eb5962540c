import { afterAll } from 'vitest';
import { type Case, readFixtures } from './harness/cases.ts';
import { type Reference, referTo } from './harness/compare.ts';
import { type Passage, readPage, rowOf, updatePage, writePage } from './harness/page.ts';
import { checkRecording, recall, record } from './harness/recordings.ts';
import type { Way } from './harness/run.ts';
import { describeCases } from './harness/suite.ts';

const cases = readFixtures();
/**
 * Without it, of each row every fourth case runs with awaited calls, beginning with the first one; that one of every third row with
 * blocking calls, too. `other`, for another Node, has the rest: the other cases with awaited calls over HTTP; with blocking calls every fourth
 * case, and the first one of the other rows; the first one of every row with awaited calls, too. In both the first one of every kind of
 * row goes over HTTP by the whole command. `page`: every case in all ways, which also writes the page.
 */
const { CONFORMANCE, CASE } = process.env;
const isComplete = CONFORMANCE === 'page' || CASE !== undefined;
const isOther = CONFORMANCE === 'other';
const isQuick = !isComplete && !isOther;
const rows = groupCases(({ name }) => rowOf(name));
const firstOfRow = new Set(rows.map(([first]) => first));
const aloneInRow = new Set(rows.filter(({ length }) => length === 1).map(([only]) => only));
const firstOfThirdRow = new Set([...firstOfRow].filter((_, index) => index % 3 === 0));
const everyFourth = new Set(rows.flatMap((row) => row.filter((_, index) => index % 4 === 0)));
const otherBlocking = new Set(
  rows.flatMap((row, at) => row.filter((_, index) => index % 4 === 2 || (index === 0 && at % 3 !== 0))),
);
const firstOfKind = new Set(groupCases(({ name }) => rowOf(name).slice(0, 1)).map(([first]) => first));

function groupCases(groupOf: (subject: Case) => string): Case[][] {
  const groups = new Map<string, Case[]>();
  for (const subject of cases) groups.set(groupOf(subject), [...(groups.get(groupOf(subject)) ?? []), subject]);
  return [...groups.values()];
}

const AWAITED: Way = { calls: 'auto', direct: true };
const BLOCKING: Way = { calls: 'blocking', direct: true };
const OVER_HTTP: Way = { calls: 'auto', overHttp: true, direct: true };
const BY_COMMAND: Way = { calls: 'auto', overHttp: true };

function waysOf(subject: Case): Way[] {
  const { open, faults } = subject.expectation;
  const isFirst = firstOfRow.has(subject);
  const isEarly = everyFourth.has(subject);
  const blocks = isComplete || (isOther ? otherBlocking.has(subject) : firstOfThirdRow.has(subject));
  const awaits = isComplete || open !== undefined || (isOther ? isFirst : isEarly);
  const isAsked = firstOfKind.has(subject) || (isOther && (!isEarly || aloneInRow.has(subject)));
  const goesByHttp = open === undefined && (isComplete || isAsked || faults !== undefined);
  const byHttp = firstOfKind.has(subject) ? BY_COMMAND : OVER_HTTP;
  return [...(awaits ? [AWAITED] : []), ...(blocks ? [BLOCKING] : []), ...(goesByHttp ? [byHttp] : [])];
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
