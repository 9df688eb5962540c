/** In place of `@google-cloud/functions-framework`, where a handler of Google's is converted: keeps what it registers. */
import type { Handler } from '../pick.ts';

export interface Registered {
  signature: 'http' | 'cloudevent';
  handler: Handler;
}

const registered = new Map<string, Registered>();

/** Of that name; or the only one. */
export function findRegistered(name: string): Registered | undefined {
  const [only, ...others] = registered.values();
  return registered.get(name) ?? (others.length === 0 ? only : undefined);
}

export function http(name: string, handler: Handler): void {
  registered.set(name, { signature: 'http', handler });
}

export function cloudEvent(name: string, handler: Handler): void {
  registered.set(name, { signature: 'cloudevent', handler });
}

export default { http, cloudEvent };
