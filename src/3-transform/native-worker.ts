/**
 * The thread that talks to the native compiler and waits for it. Its interface is still marked as unstable and says nothing of
 * its process: how that one is found here holds for the version that package.json names.
 */

import { ChildProcess } from 'node:child_process';
import { parentPort, workerData } from 'node:worker_threads';
import { API, type Diagnostic, type Program, type Snapshot } from '@typescript/native-preview/unstable/sync';
import type { NativeAnswer, NativeFindings, NativeProject, NativeQuestion } from './native-compiler.ts';

/** Of the compiler's own categories: errors. */
const ERROR = 1;

/** What is read instead of files. */
const overlay = new Map<string, string>();
const api = new API({ fs: { readFile: (name) => overlay.get(name) } });
const child = findProcess();
if (workerData instanceof Int32Array) workerData[0] = child?.pid ?? 0;
let opened: string | undefined;

parentPort?.on('message', (question: NativeQuestion) => {
  if (question === 'end') return end();
  const answer = answerFor(question.project, question.isCheck);
  if (question.isCheck) parentPort?.postMessage(answer);
});

/** The process is the other thread's to end. */
function findProcess(): ChildProcess | undefined {
  const found = ['client', 'channel', 'child'].reduce(getPart, api as unknown);
  return found instanceof ChildProcess ? found : undefined;
}

/** As soon as the process has ended, which the system keeps until somebody has heard of it. */
function end(): void {
  const close = () => void parentPort?.close();
  if (child && child.exitCode === null && child.signalCode === null) child.once('exit', close);
  else close();
}

function getPart(value: unknown, key: string): unknown {
  return value instanceof Object ? Reflect.get(value, key) : undefined;
}

function answerFor(project: NativeProject, isCheck: boolean): NativeAnswer | undefined {
  try {
    const snapshot = open(project);
    const findings = isCheck ? findErrors(findProgram(snapshot, project)) : undefined;
    snapshot.dispose();
    return findings && { findings };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function open({ configFile, config, texts, changed }: NativeProject): Snapshot {
  const fileChanges = { changed: [...new Set([...overlay.keys(), ...texts.keys(), ...changed])] };
  overlay.clear();
  for (const [name, text] of texts) overlay.set(name, text);
  overlay.set(configFile, config);
  // Of the first project it knows nothing yet, and telling it takes long.
  const since = opened === undefined ? {} : { closeProjects: [opened], fileChanges };
  opened = configFile;
  return api.updateSnapshot({ openProjects: [configFile], ...since });
}

function findProgram(snapshot: Snapshot, { configFile }: NativeProject): Program {
  const project = snapshot.getProject(configFile);
  if (!project) throw new Error(`the native compiler does not know ${configFile}`);
  return project.program;
}

function findErrors(program: Program): NativeFindings {
  const general = [...program.getConfigFileParsingDiagnostics(), ...program.getProgramDiagnostics()];
  const found = [...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics()];
  const suspects = new Set(found.filter(isError).flatMap(({ fileName }) => fileName ?? []));
  return { files: [...program.getSourceFileNames()], isRefused: general.some(isError), suspects: [...suspects] };
}

function isError({ category }: Diagnostic): boolean {
  return category === ERROR;
}
