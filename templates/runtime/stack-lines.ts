/** Stacks made in a unit: they go on where its edge was, so that they read as if there were none. */
import { captureStack, deferStack, readStack } from './stack.ts';

/** Where a call was made: for a sleeping call the function whose callers are still there, else what was seen then. */
export type Origin = ((...args: never[]) => unknown) | { stack?: string };

/** Frames between a function and the edge of its unit: what is bundled with it stands in the first line, without a source map. */
const OURS =
  /[\\/](instance\.cjs|templates\/runtime\/dispatch\.ts|handler\.[cm]js:1):|[\\/]var[\\/]runtime[\\/]|node:internal\/(worker|per_context|event_target)/;
const EDGES = ['handler.mjs:1:', 'handler.cjs:1:', 'templates/runtime/dispatch.ts:'];

/** The lines of a stack without our frames. */
export function listTheirs(stack: string): string[] {
  return stack.split('\n').filter((line) => !/^\s+at /.test(line) || !OURS.test(line));
}

interface Quoting {
  lineEnd: string;
  /** Where a frame begins. */
  begin: RegExp;
  /** The frames of one stack. */
  frames: RegExp;
  quote(line: string): string;
}

/** How stacks stand in the text of a reply: as they are, or in a text that is JSON itself, such as a line of a log. */
const QUOTINGS: readonly Quoting[] = [
  { lineEnd: '\\n', begin: /(?<!\\)\\n(?=\s+at )/, frames: /(?:(?<!\\)\\n\s+at (?:[^"\\]|\\[^n])*)+/g, quote },
  {
    lineEnd: '\\\\n',
    begin: /(?<!\\)\\\\n(?=\s+at )/,
    frames: /(?:(?<!\\)\\\\n\s+at [^"\\]*)+/g,
    quote: (line) => quote(quote(line)),
  },
];

function quote(line: string): string {
  return JSON.stringify(line).slice(1, -1);
}

/** The text of a reply, with the frames of who called in the place of those at the edge of the unit: in errors and in any other text. */
export function continueStacks(reply: string, origin: Origin): string {
  if (!EDGES.some((edge) => reply.includes(edge))) return reply;
  return QUOTINGS.reduce((text, quoting) => {
    return text.replace(quoting.frames, (frames) => continueFrames(frames, quoting, origin));
  }, reply);
}

function continueFrames(frames: string, { lineEnd, begin, quote }: Quoting, origin: Origin): string {
  const lines = frames.split(begin).slice(1);
  const edge = lines.find((line) => OURS.test(line));
  if (edge === undefined) return frames;
  const [indent = ''] = /^\s+/.exec(edge) ?? [];
  const functions = listFunctions(lines);
  const room = Math.max(readLimit() - functions.length, 0);
  const callers = listCallers(origin).slice(0, room);
  return [...functions, ...callers.map((line) => quote(line.replace(/^\s+/, indent)))]
    .map((line) => `${lineEnd}${line}`)
    .join('');
}

/** What is called by the last of our frames; if there are as many as a stack may have, its end may be missing. */
function listFunctions(lines: readonly string[]): string[] {
  const last = lines.findLastIndex((line) => OURS.test(line));
  const isCut = lines.length >= readLimit();
  return lines.filter((line, at) => (isCut || at < last) && !OURS.test(line));
}

/** How many frames a stack has at most. A program may have set it to anything. */
function readLimit(): number {
  const limit: unknown = Error.stackTraceLimit;
  return typeof limit === 'number' ? limit : 0;
}

/** For what was thrown by a function of whose unit no frame is in the stack, such as an asynchronous one. */
export function continueThrown(error: Error, origin: Origin): void {
  const stack = readStack(error);
  if (stack === undefined) return;
  const room = readLimit() - stack.split('\n').filter((line) => /^\s+at /.test(line)).length;
  error.stack = [stack, ...listCallers(origin).slice(0, Math.max(room, 0))].join('\n');
  deferStack(error);
}

/** Without the line of the stub, for which the function's own stands. */
function listCallers(origin: Origin): string[] {
  const { stack } = typeof origin === 'function' ? captureStack(origin) : origin;
  return (stack ?? '').split('\n').slice(2);
}
