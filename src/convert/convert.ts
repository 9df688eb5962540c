/** From a handler of one convention to the files of one of another. */
import { readFileSync, statSync } from 'node:fs';
import { posixRelative } from '../4-package/files.ts';
import { FaasifyError } from '../errors.ts';
import type { Problem } from '../types.ts';
import { type BundleJob, bundleHandlers, type HandlerBundle } from './bundle.ts';
import { type ConventionName, conventions } from './conventions.ts';
import { type EventForm, findEventForm } from './event-form.ts';
import { findLosses } from './findings.ts';
import { chooseHandler } from './handler.ts';
import type { HandlerSource } from './input.ts';
import { type ModuleFacts, readModule } from './read-module.ts';
import { type Limits, loadLimits, loadTarget, type Target } from './target.ts';

export interface ConvertSettings {
  from: ConventionName;
  to: ConventionName;
  /** Of the function at its new provider. */
  name: string;
  /** What the user says of events, and of the time a call may take. */
  event?: 'http' | 'json';
  timeout?: number;
}

export interface Converted {
  /** By their paths in the output folder. */
  files: { name: string; text: string }[];
  problems: Problem[];
  /** The file and the export that was taken for the handler. */
  handler: { file: string; name: string };
  commands: string[];
}

export async function convertHandler(source: HandlerSource, settings: ConvertSettings): Promise<Converted> {
  const read = await readSource(source, settings);
  const [bundle] = await bundleHandlers([read.job]);
  if (!bundle) throw new Error('a bundle was made of one handler, and is not there');
  const { to } = read.job;
  return {
    files: listFiles(bundle, to),
    problems: findProblems(read, bundle, settings),
    handler: { file: read.path, name: read.job.handler.name },
    commands: to.commands,
  };
}

export interface ReadHandler {
  job: BundleJob;
  facts: ModuleFacts;
  /** The handler's file as the user knows it. */
  path: string;
  event: EventForm;
  /** Of what it was written for. */
  limits: Limits;
}

export async function readSource(source: HandlerSource, settings: ConvertSettings): Promise<ReadHandler> {
  const { from, event, timeout } = settings;
  const { root, shown, file, exported } = source;
  const path = posixRelative(root, file);
  const text = readText(file, path);
  const facts = readModule(file, text);
  const handler = chooseHandler(from, facts, path, exported);
  const found = findEventForm(path, facts.exported.get(handler.name));
  const [to, limits] = await Promise.all([loadTarget(settings.to, settings.name), loadLimits(from)]);
  const job = {
    ...{ root, shown, file, from, to, handler },
    event: event ?? found.form,
    waits: /\b(succeed|done|fail)\b/.test(text),
    timeout: timeout ?? Math.min(to.limits.timeout, limits.timeout, LONGEST),
  };
  return { job, facts, path, event: found, limits };
}

/** Seconds that a call is taken to have where neither side has a limit. */
const LONGEST = 900;

const MAX_SOURCE = 20 * 1024 * 1024;

function readText(file: string, path: string): string {
  if (statSync(file).size > MAX_SOURCE) {
    throw new FaasifyError('not-a-handler', `${path} has more than 20 MB`, {
      fix: 'Give the handler itself, not what it works on.',
    });
  }
  return readFileSync(file, 'utf8');
}

function listFiles({ code, map }: HandlerBundle, { file, files }: Target): Converted['files'] {
  const mapName = `${file.split('/').at(-1)}.map`;
  return [
    { name: file, text: `${code}//# sourceMappingURL=${mapName}\n` },
    { name: `${file}.map`, text: map },
    ...files,
  ];
}

function findProblems(read: ReadHandler, { sources }: HandlerBundle, settings: ConvertSettings): Problem[] {
  const { job, facts } = read;
  const texts = sources.map((file) => ({ file: posixRelative(job.root, file), text: readFileSync(file, 'utf8') }));
  return [
    ...findLosses(texts, settings, facts.exported.get(job.handler.name)),
    ...describeEvent(read, settings),
    ...describeLimits(read),
    ...describeNewer(settings),
  ];
}

/** Which of both was taken, and why. */
function describeEvent({ job, event: { what, at } }: ReadHandler, { from, to, event }: ConvertSettings): Problem[] {
  if (from !== 'lambda' || event !== undefined || to === 'lambda') return [];
  const other = job.event === 'http' ? 'json' : 'http';
  const taken = job.event === 'http' ? 'requests as API Gateway writes them' : 'the JSON in the body of a request';
  const why =
    what === undefined ? (job.event === 'http' ? 'nothing tells' : 'no member of a request is used') : `${what} tells`;
  const message = `The handler gets ${taken} as its events (${why}); --event ${other} if it expects the other kind.`;
  return [{ code: 'convert-event', severity: 'note', message, ...(at && { at }) }];
}

/** Calls that were allowed to take longer, or bring more. */
function describeLimits({ job: { from, to }, limits: before }: ReadHandler): Problem[] {
  const { title, limits: after } = to;
  const was = conventions[from].title;
  const warn = (message: string): Problem => ({ code: 'convert-limit', severity: 'warning', message });
  return [
    ...(after.timeout < before.timeout
      ? [warn(`A call of ${title} ends after ${after.timeout} s; ${was} ${describeTime(before.timeout)}.`)]
      : []),
    ...(after.payload < before.payload
      ? [warn(`${title} takes ${formatBytes(after.payload)} with a call; ${was} takes ${formatBytes(before.payload)}.`)]
      : []),
  ];
}

function describeTime(seconds: number): string {
  return Number.isFinite(seconds) ? `gives it up to ${seconds} s` : 'sets it no end';
}

function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return 'as much as there is';
  return bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MB` : `${bytes / 1024} kB`;
}

/** What the new convention does otherwise, whatever the handler. */
function describeNewer({ from, to }: ConvertSettings): Problem[] {
  const problems: Problem[] = [];
  if (from === to) return problems;
  if (conventions[from].takesLater && !conventions[to].takesLater) {
    const message = `What is handed to waitUntil is waited for before the answer: ${conventions[to].title} ends with it.`;
    problems.push({ code: 'convert-later', severity: 'note', message });
  }
  if (to === 'openwhisk' && from !== 'openwhisk') {
    const message =
      'Deploy it as a raw web action (--web raw): otherwise a body is read before it comes, and written again for the handler. Results that are no objects are put into { value }.';
    problems.push({ code: 'convert-target', severity: 'note', message });
  }
  if (to === 'fission') {
    const message =
      'Fission reads JSON and forms before the handler does: bodies are written again from what they said, not byte by byte.';
    problems.push({ code: 'convert-target', severity: 'note', message });
  }
  if (to === 'azure') {
    const message =
      'Requests need a function key (authLevel: function); change it in the bundle if everybody may call it.';
    problems.push({ code: 'convert-target', severity: 'note', message });
  }
  return problems;
}
