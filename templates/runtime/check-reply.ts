/** Whether what came back is a reply at all, before any of it is used. The values in it are decoded later. */
import { CONSOLE_METHODS } from './console-methods.ts';
import { WireError } from './errors.ts';
import type { Reply } from './protocol.ts';

/** The real one, whatever a program puts in its place. */
const { parse: fromText } = JSON;

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isFlag: Check = (value) => typeof value === 'boolean';
const isAnything: Check = () => true;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

/** An object whose keys are among these; those with `?` may be missing. */
function isObjectOf(checks: Record<string, Check>): Check {
  const fields = Object.entries(checks).map(([key, check]) => ({
    key: key.replace('?', ''),
    check,
    isFree: /\?$/.test(key),
  }));
  return (value) =>
    isRecord(value) &&
    fields.every(({ key, check, isFree }) => (Object.hasOwn(value, key) ? check(value[key]) : isFree));
}

function isRecordOf(check: Check): Check {
  return (value) => isRecord(value) && Object.values(value).every(check);
}

function isOneOf(texts: readonly string[]): Check {
  return (value) => texts.includes(value as string);
}

const isPrinted: Check = isObjectOf({
  console: isOneOf(CONSOLE_METHODS),
  args: isListOf(isAnything),
  'far?': isListOf(isAnything),
});
const stream = isOneOf(['stdout', 'stderr']);
const isText64: Check = isObjectOf({ stream, base64: isText });
const isWritten: Check = isObjectOf({ stream, text: isText });
const isHereCount: Check = isObjectOf({ reason: isText, 'path?': isText, count: isCount });

const PARTS: Record<string, Check> = {
  'ret?': isAnything,
  'error?': isAnything,
  'out?': isListOf((event) => isPrinted(event) || isWritten(event) || isText64(event)),
  'state?': isRecord,
  'weak?': isListOf((entry) => Array.isArray(entry) && isCount(entry[0]) && isCount(entry[1])),
  'changed?': isListOf(isListOf(isAnything)),
  'far?': isListOf(isAnything),
  'exit?': isListOf((code) => code === null || isText(code) || Number.isInteger(code)),
  'fresh?': isObjectOf({ value: isAnything, 'far?': isListOf(isAnything) }),
  'done?': isFlag,
  'late?': isFlag,
  'left?': isFlag,
  'aborts?': isCount,
  'uncrossable?': isObjectOf({ path: isText, reason: isText }),
  'calls?': isRecordOf(isObjectOf({ crossed: isCount, here: isCount, reasons: isListOf(isHereCount) })),
  'refused?': isObjectOf({
    code: isOneOf(['contract', 'version', 'unknown-function', 'bad-request', 'surroundings']),
    message: isText,
  }),
};
const isReply = isObjectOf(PARTS);

/** Throws a `WireError` for a text that is not a reply. */
export function readReply(text: string): Reply {
  let value: unknown;
  try {
    value = fromText(text);
  } catch {
    throw new WireError('not a JSON object');
  }
  if (!isRecord(value)) throw new WireError('not a JSON object');
  const odd = Object.keys(value).find((key) => !Object.hasOwn(PARTS, `${key}?`));
  if (odd !== undefined) throw new WireError(`replies have no ${odd.slice(0, 40)}`);
  if (!isReply(value)) throw new WireError('a part of it has another form');
  return value;
}
