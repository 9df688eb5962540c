/** Programs that nobody has thought of do the same plainly and faasified. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Case } from '../../harness/cases.ts';
import { describeDifference } from '../../harness/compare.ts';
import { runFaasified, runPlain, type Way } from '../../harness/run.ts';
import { type Fuzzer, fuzz } from '../fuzzer.ts';
import { aliased, writeAliases } from './aliases/write.ts';
import { programs } from './description.ts';
import { writeProgram } from './write.ts';

const TSCONFIG =
  '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022", "lib": ["es2023"] } }\n';

const WAYS: readonly Way[] = [
  { calls: 'auto', direct: true },
  { calls: 'blocking', direct: true },
];

const TWO_MINUTES = 120_000;

const LIMITS = { interruptAfterTimeLimit: TWO_MINUTES };
/** States of a program; more of them get into each other's way. */
const STATES = 8;

export const randomPrograms: Fuzzer[] = [
  {
    ...fuzz('any program does the same after the cut', 1, programs, (program) => checkFiles(writeProgram(program))),
    limits: { ...LIMITS, seed: 4 },
  },
  {
    ...fuzz(
      'whoever reads state sees what is changed through anything that leads to it',
      1,
      aliased(STATES),
      (states) => checkFiles(writeAliases(states)),
    ),
    limits: { ...LIMITS, seed: 103 },
  },
];

/** Throws with the program and the difference. */
async function checkFiles(files: Record<string, string>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'faasify-program-'));
  try {
    writeFileSync(join(dir, 'package.json'), '{ "type": "module" }\n');
    writeFileSync(join(dir, 'tsconfig.json'), TSCONFIG);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
    const subject: Case = { name: 'random program', dir, entry: 'main.ts', stdin: '', expectation: {} };
    const plain = await runPlain(subject);
    for (const way of WAYS) {
      const difference = describeDifference(plain, await runFaasified(subject, way));
      if (difference !== undefined) throw new Error(`--calls ${way.calls}\n${difference}\n${formatFiles(files)}`);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function formatFiles(files: Record<string, string>): string {
  return Object.entries(files)
    .map(([name, text]) => `// ${name}\n${text}`)
    .join('\n');
}
