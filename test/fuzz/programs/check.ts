/** Programs that nobody has thought of do the same plainly and faasified. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import type { Case } from '../../harness/cases.ts';
import { describeDifference } from '../../harness/compare.ts';
import type { Run } from '../../harness/processes.ts';
import { runFaasified, runPlain, type Way } from '../../harness/run.ts';
import { type Fuzzer, fuzz } from '../fuzzer.ts';
import { listAlone } from './aliases/alone.ts';
import { aliased, writeAliases } from './aliases/write.ts';
import { listBound, writeBound } from './bound/write.ts';
import { programs } from './description.ts';
import { implicit, writeImplicit } from './implicit/write.ts';
import { writeProgram } from './write.ts';

const TSCONFIG =
  '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022", "lib": ["es2023", "esnext.disposable"] } }\n';

const WAYS: readonly Way[] = [
  { calls: 'auto', direct: true },
  { calls: 'blocking', direct: true },
];

const TWO_MINUTES = 120_000;

const LIMITS = { interruptAfterTimeLimit: TWO_MINUTES };
/** Small programs that are built and run as one: that takes little longer than one of them. */
const PROGRAMS = 40;
const ALONE = listAlone();
const BOUND = listBound();

export const randomPrograms: Fuzzer[] = [
  {
    ...fuzz('any program does the same after the cut', 1, programs, (program) => checkFiles(writeProgram(program))),
    limits: { ...LIMITS, seed: 4 },
  },
  {
    ...fuzz(
      'whoever reads state sees what is changed through anything that leads to it',
      1,
      aliased(PROGRAMS),
      (states) => checkTogether(writeAliases(states)),
    ),
    // What differs is told by itself: nothing has to be left out to find it.
    limits: { ...LIMITS, seed: 103, endOnFailure: true },
  },
  {
    ...fuzz(
      'whoever reads state sees what is changed, whatever is peculiar about the way by itself',
      0,
      fc.nat(Math.ceil(ALONE.length / PROGRAMS) - 1),
      (part) => checkTogether(writeAliases(ALONE.slice(part * PROGRAMS, (part + 1) * PROGRAMS))),
    ),
    limits: { ...LIMITS, endOnFailure: true },
  },
  {
    ...fuzz(
      'an object is changed by its functions, however they are called',
      0,
      fc.nat(Math.ceil(BOUND.length / PROGRAMS) - 1),
      (part) => checkTogether(writeBound(BOUND.slice(part * PROGRAMS, (part + 1) * PROGRAMS))),
    ),
    limits: { ...LIMITS, endOnFailure: true },
  },
  {
    ...fuzz('what the language calls by itself changes what it changes', 0, implicit(PROGRAMS), (described) =>
      checkTogether(writeImplicit(described)),
    ),
    limits: { ...LIMITS, endOnFailure: true },
  },
];

interface Difference {
  way: Way;
  plain: Run;
  faasified: Run;
  text: string;
}

/** Throws with the program and the difference. */
async function checkFiles(files: Record<string, string>): Promise<void> {
  const difference = await findDifference(files);
  if (difference) throw new Error(formatDifference(difference, files));
}

/** Programs whose lines begin with their number; throws with those that differ. */
async function checkTogether(files: Record<string, string>): Promise<void> {
  const difference = await findDifference(files);
  if (!difference) return;
  const [before, after] = [groupLines(difference.plain), groupLines(difference.faasified)];
  const numbers = [...before.keys()].filter((number) => before.get(number) !== after.get(number));
  const differing = Object.entries(files).filter(([name]) => numbers.some((number) => name.startsWith(`s${number}/`)));
  throw new Error(formatDifference(difference, numbers.length > 0 ? Object.fromEntries(differing) : files));
}

function groupLines({ stdout }: Run): Map<string, string> {
  const groups = new Map<string, string>();
  for (const line of stdout.split('\n')) {
    const [number = ''] = line.split(' ');
    groups.set(number, `${groups.get(number) ?? ''}${line}\n`);
  }
  return groups;
}

async function findDifference(files: Record<string, string>): Promise<Difference | undefined> {
  const dir = mkdtempSync(join(tmpdir(), 'faasify-program-'));
  try {
    writeProgramFiles(dir, files);
    const subject: Case = { name: 'random program', dir, entry: 'main.ts', stdin: '', expectation: {} };
    const plain = await runPlain(subject);
    for (const way of WAYS) {
      const faasified = await runFaasified(subject, way);
      const text = describeDifference(plain, faasified);
      if (text !== undefined) return { way, plain, faasified, text };
    }
    return undefined;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function writeProgramFiles(dir: string, files: Record<string, string>): void {
  const all = { 'package.json': '{ "type": "module" }\n', 'tsconfig.json': TSCONFIG, ...files };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
}

function formatDifference({ way, text }: Difference, files: Record<string, string>): string {
  return `--calls ${way.calls}\n${text}\n${formatFiles(files)}`;
}

function formatFiles(files: Record<string, string>): string {
  return Object.entries(files)
    .map(([name, text]) => `// ${name}\n${text}`)
    .join('\n');
}
