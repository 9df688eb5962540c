import { resolve } from 'node:path';
import { type ConventionName, readConvention } from '../convert/conventions.ts';
import { type Converted, convertHandler } from '../convert/convert.ts';
import { type HandlerSource, openSource } from '../convert/input.ts';
import { checkFolder, findNote, writeFolder } from '../convert/output.ts';
import { FaasifyError } from '../errors.ts';

export interface ConvertFlags {
  from?: string;
  to?: string;
  handler?: string;
  out?: string;
  name?: string;
  event?: string;
  timeout?: string;
}

export interface ConvertRequest {
  /** A file, a folder or a zip, relative to `cwd`. */
  path: string;
  cwd: string;
  flags: ConvertFlags;
}

export interface ConvertResult extends Converted {
  from: ConventionName;
  to: ConventionName;
  name: string;
  /** Absolute. */
  out: string;
  /** What places are relative to; absolute. */
  root: string;
}

/** Makes a handler of one convention a handler of another one, in a folder of its own. */
export async function convert({ path, cwd, flags }: ConvertRequest): Promise<ConvertResult> {
  const note = findNote(resolve(cwd, path));
  const from = readConvention('--from', flags.from ?? note?.convention);
  const to = readConvention('--to', flags.to);
  const rest = { ...readEvent(flags.event), ...readTimeout(flags.timeout) };
  const source = await openSource(path, cwd, flags.handler ?? note?.handler);
  try {
    const name = readName(flags.name ?? note?.name, source);
    const out = resolve(cwd, flags.out ?? `${name}-${to}`);
    checkFolder(out, source.root);
    const converted = await convertHandler(source, { from, to, name, ...rest });
    const made = { convention: to, name };
    await writeFolder(out, { files: converted.files, note: made, zip: `${name}.zip` });
    return { ...converted, from, to, name, out, root: source.shown };
  } finally {
    source.close();
  }
}

const NAME = /^[a-z][a-z0-9-]{0,38}[a-z0-9]$|^[a-z]$/;

/** A name that every provider takes. */
function readName(given: string | undefined, { name: own }: HandlerSource): string {
  if (given !== undefined && NAME.test(given)) return given;
  if (given !== undefined && NAME.test(toName(given))) return toName(given);
  if (given === undefined) return NAME.test(toName(own)) ? toName(own) : 'handler';
  throw new FaasifyError('option-value', `--name: ${JSON.stringify(given)} is no name that all providers take`, {
    fix: 'Use at most 40 lower-case letters, digits and -, the first a letter.',
  });
}

function toName(text: string): string {
  const words = text
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  return words
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
}

function readEvent(given: string | undefined): { event?: 'http' | 'json' } {
  if (given === undefined) return {};
  if (given === 'http' || given === 'json') return { event: given };
  throw new FaasifyError('option-value', `--event: ${JSON.stringify(given)} is neither http nor json`, {
    fix: 'http: events as API Gateway writes them; json: what the body of a request says.',
  });
}

function readTimeout(given: string | undefined): { timeout?: number } {
  if (given === undefined) return {};
  const seconds = Number(/^(\d+)s?$/.exec(given)?.[1]);
  if (seconds > 0) return { timeout: seconds };
  throw new FaasifyError('option-value', `--timeout: ${JSON.stringify(given)} is no number of seconds`, {
    fix: 'Write it like --timeout 30.',
  });
}
