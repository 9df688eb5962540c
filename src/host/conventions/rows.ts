/** The parts that rows of the table are made of. */
import { type Answer, json } from '../control/answer.ts';
import { answerEvent, isEvent, readEvent } from './cloud-events.ts';
import { type Asked, type Convention, type Limits, type Reason, Refused } from './convention.ts';

export const MB = 1024 * 1024;

/** Bytes where the provider has no limit: what this process can bear. */
export const UNLIMITED: Limits = { request: 256 * MB, reply: 256 * MB };

/** What most have in common; a row says what differs. */
export type Row = Pick<Convention, 'target' | 'paths' | 'keys' | 'limits'> & Partial<Convention>;

export function row(differences: Row): Convention {
  return { read: readJson, succeed, fail: failAs(STATUSES), refuse: refuseAs({}, tellJson), ...differences };
}

/** A JSON object; a CloudEvent brings it as its data. */
export function readJson(asked: Asked): string {
  const text = isEvent(asked) ? readEvent(asked) : asked.body.toString() || '{}';
  try {
    JSON.parse(text);
  } catch (error) {
    throw new Refused('malformed', `The body is no JSON: ${(error as Error).message}`);
  }
  if (!/^\s*\{/.test(text)) throw new Refused('malformed', 'The body is not a JSON object like {"args":[…]}.');
  return text;
}

function succeed(reply: string, asked: Asked): Answer {
  return isEvent(asked) ? answerEvent(reply, asked) : { status: 200, body: reply };
}

/** Of what has happened to a function; the text is for people. */
type Ends = Record<'timeout' | 'exit' | 'memory', End> & { 'too-large'?: End };
type End = [status: number, text: string];

const STATUSES: Ends = {
  timeout: [504, 'The function has not answered in time.'],
  exit: [502, 'The process of the function has ended.'],
  memory: [502, 'The function needs more memory than it has.'],
};

/** An error of the function is told as JSON, how it ended otherwise in the words of the provider, and a reply that is too large if it has some for it. */
export function failAs(differences: Partial<Ends>, tell: Tell = tellJson): Convention['fail'] {
  const ends: Ends = { ...STATUSES, ...differences };
  return ({ cause, payload }) => {
    const end = cause === 'thrown' ? undefined : ends[cause];
    return end ? tell(...end) : { status: 500, body: payload };
  };
}

const REFUSALS: Record<Reason, number> = {
  'no-key': 401,
  'wrong-key': 401,
  forbidden: 403,
  'not-found': 404,
  method: 405,
  conflict: 409,
  malformed: 400,
  media: 415,
  'too-large': 413,
  'too-many': 429,
  broken: 500,
};

type Tell = (status: number, text: string) => Answer;

export function refuseAs(
  statuses: Partial<Record<Reason, number>>,
  tell: Tell,
  texts: Partial<Record<Reason, string>> = {},
): Convention['refuse'] {
  return ({ reason, message }) => {
    const answer = tell(statuses[reason] ?? REFUSALS[reason], texts[reason] ?? message);
    const more = {
      ...(reason === 'method' && { allow: 'POST' }),
      ...(reason === 'too-many' && { 'retry-after': '1' }),
    };
    return { ...answer, headers: { ...answer.headers, ...more } };
  };
}

export function tellJson(status: number, error: string): Answer {
  return json(status, { error });
}

export function tellMessage(status: number, message: string): Answer {
  return json(status, { message });
}

export function tellText(status: number, text: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` };
}

export function tellNothing(status: number): Answer {
  return { status };
}

/** A page, as front ends for people make it. */
export function tellPage(status: number, text: string): Answer {
  const body = `<html><head><title>${status}</title></head>\n<body><h1>Error: ${status}</h1>\n<h2>${text}</h2></body></html>\n`;
  return { status, headers: { 'content-type': 'text/html; charset=UTF-8' }, body };
}
