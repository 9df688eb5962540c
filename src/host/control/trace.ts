/** https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
import { randomBytes } from 'node:crypto';

export interface Trace {
  root: string;
  /** Of this call. */
  span: string;
  /** The call that has made this one, if the caller says so. */
  parent?: string;
  sampled: string;
}

/** Goes on with the trace of the caller, or begins one. */
export function continueTrace(header: unknown): Trace {
  const parts = new Map<string, string>();
  for (const part of `${header ?? ''}`.split(';')) {
    const [key = '', value = ''] = part.trim().split('=');
    parts.set(key, value);
  }
  const [root = '', parent = '', sampled = ''] = ['Root', 'Parent', 'Sampled'].map((key) => parts.get(key) ?? '');
  const isGiven = /^1-[0-9a-f]{8}-[0-9a-f]{24}$/.test(root);
  return {
    root: isGiven ? root : createRoot(),
    span: random(8),
    sampled: sampled === '1' ? '1' : '0',
    ...(isGiven && /^[0-9a-f]{16}$/.test(parent) && { parent }),
  };
}

function createRoot(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `1-${seconds}-${random(12)}`;
}

function random(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

/** For the function: what it calls names this call as its parent. */
export function formatTrace({ root, span, sampled }: Trace): string {
  return `Root=${root};Parent=${span};Sampled=${sampled}`;
}
