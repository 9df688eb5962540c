/** Calls by hand at other providers than AWS, as an app makes them. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Unit } from '../../templates/runtime/line.ts';
import type { OutgoingCall, Service, Transport } from '../../templates/runtime/provider-transport.ts';
import { FaasifyError } from '../errors.ts';
import { getInstallation } from '../installation.ts';
import { loadProvider } from '../providers/index.ts';
import type { ManifestUnit } from '../types.ts';
import { nameEndpoint } from './endpoint-name.ts';
import type { ProviderRequest } from './provider.ts';
import { findWays } from './ways.ts';

export interface Called {
  /** What was called. */
  name: string;
  payload: string;
  /** The payload is what the provider says of a function that has failed. */
  failed: boolean;
  milliseconds: number;
}

/** Milliseconds beyond the time that a unit may take. */
const PATIENCE = 60_000;

/** Throws where nothing says where it is, where it does not answer, and where the provider says that it did not run. */
export async function callElsewhere(
  request: ProviderRequest,
  unit: ManifestUnit,
  target: string,
  text: string,
): Promise<Called> {
  const { title } = await loadProvider(target);
  const place = unit.places?.find((one) => one.target === target);
  if (!place) {
    throw new FaasifyError('no-function', `Unit ${unit.name} is not for ${title}`, {
      fix: 'Name one of its targets with --target.',
    });
  }
  const transport = loadTransport(target);
  const { endpoint, key } = await findService(request, transport, unit, place);
  const { memory, timeout } = unit.settings;
  const at: Unit = {
    ...{ name: unit.name, bundle: '', room: '', memory, timeout, concurrency: 1, endpoint },
    place: { target, name: place.name, ...(key && { key }) },
  };
  const call = await transport.toRequest(at, text);
  if ('code' in call) return refuse(title, call.message);
  const start = performance.now();
  const answer = await send(title, call, timeout * 1000 + PATIENCE);
  const milliseconds = performance.now() - start;
  const read = transport.readAnswer(at, answer);
  const about = { name: place.name, milliseconds };
  if (typeof read === 'string') return { ...about, payload: read, failed: false };
  if ('thrown' in read) return { ...about, payload: read.thrown, failed: true };
  return refuse(title, read.message, read.mayHaveRun ? 'It may have run.' : 'It has not run.');
}

function loadTransport(target: string): Transport {
  const require = createRequire(join(getInstallation(), 'dist/runtime/index.cjs'));
  return (require(`./transports/${target}.cjs`) as { transport: Transport }).transport;
}

/** What the environment says, as for the app; else where the provider says that it is. */
async function findService(
  request: ProviderRequest,
  transport: Transport,
  { name }: ManifestUnit,
  place: { target: string; name: string },
): Promise<Service> {
  const variable = nameEndpoint(place.target);
  const { [variable]: endpoint, [variable.replace('ENDPOINT', 'KEY')]: key } = request.env;
  const given = endpoint ? { endpoint } : transport.findService?.(request.env, { name });
  const service = given ?? (await askStore(request, place));
  if (service) return { ...service, ...(key && { key }) };
  throw new FaasifyError('no-endpoint', `Nothing says where ${place.name} is`, {
    fix: `Set ${variable} to the address of the functions there, with {name} for the name of each.`,
  });
}

async function askStore(
  request: ProviderRequest,
  { target, name }: { target: string; name: string },
): Promise<Service | undefined> {
  const [way] = await findWays({ ...request, flags: { ...request.flags, target } });
  const found = way?.kind === 'store' ? await way.open().store.list() : [];
  const url = found.find((fn) => fn.name === name)?.url;
  return url?.includes(name) ? { endpoint: url.replace(name, '{name}') } : undefined;
}

async function send(title: string, { url, headers, body }: OutgoingCall, milliseconds: number) {
  const sent = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  try {
    const signal = AbortSignal.timeout(milliseconds);
    const response = await fetch(url, { method: 'POST', headers: sent, body, signal });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  } catch (error) {
    const { cause, message } = Object(error);
    return refuse(title, `${url.host} does not answer: ${Object(cause).code ?? message}`, 'It may have run.');
  }
}

function refuse(title: string, message: string, fix?: string): never {
  throw new FaasifyError('provider-refused', `${title}: ${message}`, fix === undefined ? {} : { fix });
}
