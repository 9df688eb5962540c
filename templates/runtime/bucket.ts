/** What is too large for a call, in a bucket: bytes under an address that is signed, and the claim that says what has to be there. */
import { createHash } from 'node:crypto';

/** The real ones, whatever a program puts in their place. */
const { fetch, setTimeout } = globalThis;

const ATTEMPTS = 3;
/** Milliseconds. */
const PAUSE = 100;
const PATIENCE = 60_000;
const PATIENCE_WITH_REMOVAL = 2000;

export interface Claim {
  bytes: number;
  /** sha256, hex. */
  hash: string;
}

/** Of what could not be left or fetched; holds neither the address nor anything that lies there. */
export interface Problem {
  problem: string;
  /** Asking again may help. */
  isPassing: boolean;
}

export function makeClaim(body: Buffer): Claim {
  return { bytes: body.length, hash: createHash('sha256').update(body).digest('hex') };
}

export async function leave(url: string, body: Buffer): Promise<Problem | undefined> {
  const answer = await send(url, 'PUT', body);
  return 'problem' in answer ? answer : undefined;
}

/** Exactly what was left there, or why not: nothing else is read. */
export async function take(url: string, { bytes, hash }: Claim): Promise<{ text: string } | Problem> {
  const answer = await send(url, 'GET');
  if ('problem' in answer) return answer;
  const length = Number(answer.headers.get('content-length') ?? bytes);
  if (length !== bytes) return differs(`has ${length} bytes in the place of ${bytes}`);
  try {
    const body = Buffer.from(await answer.arrayBuffer());
    if (body.length !== bytes) return differs(`has ${body.length} bytes in the place of ${bytes}`);
    return makeClaim(body).hash === hash
      ? { text: body.toString() }
      : differs('holds other bytes than were left there');
  } catch (error) {
    return { problem: `the bucket broke off (${describe(error)})`, isPassing: true };
  }
}

function differs(what: string): Problem {
  return { problem: `the object ${what}`, isPassing: false };
}

/** As far as it works: what stays expires. */
export async function remove(url: string): Promise<void> {
  try {
    await fetch(url, { method: 'DELETE', signal: AbortSignal.timeout(PATIENCE_WITH_REMOVAL) });
  } catch {}
}

async function send(url: string, method: string, body?: Buffer): Promise<Response | Problem> {
  for (let attempt = 1; ; attempt++) {
    const answer = await trySend(url, method, body);
    if (!('problem' in answer) || !answer.isPassing || attempt === ATTEMPTS) return answer;
    await new Promise((done) => setTimeout(done, PAUSE * 2 ** attempt));
  }
}

async function trySend(url: string, method: string, body?: Buffer): Promise<Response | Problem> {
  try {
    const answer = await fetch(url, { method, ...(body && { body }), signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok) return answer;
    await answer.body?.cancel();
    const { status } = answer;
    const words = WORDS[status] ?? 'the bucket is in trouble';
    return { problem: `${words} (${status})`, isPassing: status >= 500 || status === 429 };
  } catch (error) {
    return { problem: `the bucket cannot be reached (${describe(error)})`, isPassing: true };
  }
}

const WORDS: Partial<Record<number, string>> = {
  403: 'the bucket does not allow it',
  404: 'the object or its bucket is not there',
};

/** Codes only: texts may hold addresses. */
function describe(error: unknown): string {
  const { cause, name } = error as { cause?: { code?: string }; name?: string };
  return cause?.code ?? name ?? 'unknown';
}
