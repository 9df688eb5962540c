import { createTwoFilesPatch } from 'diff';
import type { Case, Expectation } from './cases.ts';
import type { Run } from './processes.ts';
import { listFlags, type Report, runFaasified, runPlain, type Way } from './run.ts';

/** What a program does plainly: what is recorded of it, if anything is, and what it does. */
export interface Reference {
  recorded?: Run | undefined;
  plain(): Promise<Run>;
}

/** Throws, with a diff, unless the program does the same plainly and faasified, and moves and keeps what was promised. */
export async function checkCase(subject: Case, { recorded, plain }: Reference, way: Way): Promise<Report> {
  const { report, ...faasified } = await runFaasified(subject, way);
  const title = `${subject.name} (${formatWay(way)})`;
  const isAsRecorded = recorded !== undefined && describeDifference(recorded, faasified) === undefined;
  const difference = isAsRecorded ? undefined : describeDifference(await plain(), faasified);
  if (difference) throw new Error(`${title} differs\n${difference}`);
  if (!report) throw new Error(`${title}: no report was written`);
  const findings = checkReport(report, subject.expectation);
  if (findings.length > 0) throw new Error(`${title}\n${findings.join('\n')}`);
  return report;
}

/** `--calls auto --target lambda` */
export function formatWay(way: Way): string {
  const flags = Object.entries(listFlags(way)).map(([name, value]) => `--${name} ${value}`);
  return [...flags, ...(way.client ? [`--runtime lambda, Node ${way.client.major}`] : [])].join(' ');
}

/** The plain run of a case, checked for the exit code it promises. */
export async function runReference(subject: Case): Promise<Run> {
  const plain = await runPlain(subject);
  const wanted = subject.expectation.exit ?? 0;
  if (plain.code === wanted) return plain;
  throw new Error(
    `${subject.name} runs plainly with exit code ${plain.code}, not ${wanted}\n${plain.stdout}${plain.stderr}`,
  );
}

/** The program is run plainly as soon as somebody asks, and once. */
export function referTo(subject: Case): Reference {
  let plain: Promise<Run> | undefined;
  return {
    plain() {
      plain ??= runReference(subject);
      return plain;
    },
  };
}

/** Undefined if nobody at the terminal could tell the runs apart; else a unified diff. */
export function describeDifference(plain: Run, faasified: Run): string | undefined {
  const before = formatRun(plain);
  const after = formatRun(faasified);
  if (before === after) return undefined;
  const raw = faasified.stderr.split('\n').slice(0, 30).join('\n');
  return `${createTwoFilesPatch('plain', 'faasified', before, after)}\nstderr of the faasified run:\n${raw}`;
}

function formatRun(run: Run): string {
  return `--- stdout\n${run.stdout}\n--- stderr\n${normaliseStderr(run.stderr)}\n--- exit code ${run.code}\n`;
}

/**
 * What must be equal in two error outputs: everything but the places. Stack frames are dropped, and so is the code frame
 * that Node prints in front of an uncaught error, because it shows the line of the `throw` that Node saw.
 */
export function normaliseStderr(text: string): string {
  return text
    .replace(/^\S+:\d+\n.*\n *\^+\n(?:Thrown at:\n)?\n?/gm, '')
    .replace(/^ +at .*\n/gm, '')
    .replace(/ {\n *\[?stack\]?:.*\n/g, ' {\n')
    .trim();
}

function checkReport(report: Report, expectation: Expectation): string[] {
  const moved = expectation.moved ?? [];
  const kept = expectation.kept ?? [];
  const findings = [
    ...moved.flatMap((id) => checkVerdict(report, id, ['move', 'repair'])),
    ...kept.flatMap((id) => checkVerdict(report, id, ['keep'])),
  ];
  findings.push(...checkRefusals(report, expectation));
  for (const [id, reasons] of Object.entries(expectation.here ?? {})) findings.push(...checkHere(report, id, reasons));
  if (report.totals.crossed === 0 && expectation.crossed !== false) {
    findings.push('no call crossed', ...describeStaying(report));
  }
  return findings;
}

function checkHere(report: Report, id: string, reasons: string[]): string[] {
  const counted = (findFunction(report, id)?.hereReasons ?? []).map(({ path = '', reason }) => `${path}: ${reason}`);
  const missing = reasons.filter((reason) => !counted.includes(reason));
  return missing.map((reason) => `${id}: not counted: ${reason}; what is: ${counted.join('; ')}`);
}

/** What a unit cannot read should not have been sent. */
function checkRefusals({ functions }: Report, { here = {} }: Expectation): string[] {
  const promised = Object.values(here).flat();
  return functions.flatMap(({ id, hereReasons = [] }) => {
    const refusals = hereReasons.filter(({ reason }) => reason.startsWith('the unit cannot read it'));
    const unexpected = refusals.filter(({ path = '', reason }) => !promised.includes(`${path}: ${reason}`));
    return unexpected.map(({ reason }) => `${id}: ${reason}`);
  });
}

/** Ids of the report begin at the source root, those of an expectation at the folder of the entry. */
function findFunction({ functions }: Report, id: string): Report['functions'][number] | undefined {
  return functions.find((entry) => entry.id === id || entry.id.endsWith(`/${id}`));
}

function checkVerdict(report: Report, id: string, verdicts: string[]): string[] {
  const found = findFunction(report, id);
  if (!found) return [`${id} is not in the report`];
  if (verdicts.includes(found.verdict)) return [];
  const reasons = found.reasons.map(({ code, message }) => `${code}: ${message}`).join('; ');
  return [`${id} is ${found.verdict}, not ${verdicts.join(' or ')} (${reasons})`];
}

function describeStaying({ functions }: Report): string[] {
  const described = functions.map(({ id, verdict, reasons, here, hereReasons }) => {
    const why = reasons.map(({ code, message }) => `${code}: ${message}`).join('; ');
    return `  ${id}: ${verdict} ${why}${here ? `, ${here} calls here ${JSON.stringify(hereReasons)}` : ''}`;
  });
  return described.slice(0, 12);
}
