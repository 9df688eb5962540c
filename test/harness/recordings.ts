/**
 * What a case did when it was run plainly, in `fixtures/run/<case>/plain.json`. Starting every program twice takes half the time
 * of the tests. `npm test` starts it plainly only where there is no recording for these files and this Node, or where the
 * faasified program does not do what it says; the other runs start it always and fail where the recording is not true.
 */

import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Case, ROOT } from './cases.ts';
import { describeDifference, normaliseStderr } from './compare.ts';
import type { Run } from './processes.ts';
import { runPlain } from './run.ts';

interface Recording extends Run {
  /** The major version of Node. */
  node: number;
  /** Hash of all files of the case. */
  files: string;
}

const NODE = Number.parseInt(process.versions.node, 10);
/** Of this Node there are recordings: it is the one that takes longest to start TypeScript. */
const RECORDED_NODE = 20;

/** Undefined if nothing is known that is still true. */
export function recall(subject: Case): Run | undefined {
  const recording = readCurrent(subject);
  return recording?.node === NODE ? recording : undefined;
}

/**
 * Throws if it is recorded that the program did something else than `plain`. Where this is not the Node of the recording, that one
 * is asked, if FAASIFY_RECORDED_NODE says where it is: each has words of its own.
 */
export async function checkRecording(subject: Case, plain: Run): Promise<void> {
  const recorded = readCurrent(subject);
  if (!recorded || describeDifference(recorded, plain) === undefined) return;
  const { FAASIFY_RECORDED_NODE: node } = process.env;
  if (recorded.node !== NODE && node === undefined) return;
  const own = recorded.node === NODE ? plain : await runPlain(subject, node);
  const difference = describeDifference(recorded, own);
  if (difference === undefined) return;
  throw new Error(
    `${subject.name}: the recording is not true; CASE=${subject.name} npm run conformance\n${difference}`,
  );
}

/** Nothing is recorded of a program that says where it is. */
export function record(subject: Case, plain: Run): void {
  if (NODE !== RECORDED_NODE) return;
  const { stdout, code } = plain;
  const recording: Recording = {
    node: NODE,
    files: hashFiles(subject),
    code,
    stdout,
    stderr: normaliseStderr(plain.stderr),
  };
  const text = `${JSON.stringify(recording, null, 2)}\n`;
  if (text.includes(ROOT)) rmSync(fileOf(subject), { force: true });
  else writeFileSync(fileOf(subject), text);
}

/** Of the files as they are. */
function readCurrent(subject: Case): Recording | undefined {
  const recording = read(subject);
  return recording?.files === hashFiles(subject) ? recording : undefined;
}

function read(subject: Case): Recording | undefined {
  const file = fileOf(subject);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Recording) : undefined;
}

function fileOf({ dir }: Case): string {
  return join(dir, '../plain.json');
}

function hashFiles({ dir, stdin }: Case): string {
  const hash = createHash('sha256').update(stdin);
  for (const file of listFiles(dir).sort()) hash.update(`\n${relative(dir, file)}\n`).update(readText(file));
  return hash.digest('hex').slice(0, 16);
}

function readText(file: string): string {
  return lstatSync(file).isSymbolicLink() ? readlinkSync(file) : readFileSync(file, 'utf8');
}

/** Without the builds that are kept in the folder. */
function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === '.cache') return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? listFiles(path) : [path];
  });
}
