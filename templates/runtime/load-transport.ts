/** The transports of providers, each in a file of its own beside the runtime. Not for units. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Transport } from './provider-transport.ts';

const loaded = new Map<string, Transport>();

/** Throws if the app was not built for the target. */
export function loadTransport(target: string): Transport {
  const found = loaded.get(target) ?? requireTransport(target);
  loaded.set(target, found);
  return found;
}

/** With Node's own `require`, whatever a test runner has made of it. */
function requireTransport(target: string): Transport {
  const require = createRequire(join(__dirname, 'index.cjs'));
  return (require(`./transports/${target}.cjs`) as { transport: Transport }).transport;
}
