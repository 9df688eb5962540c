/** Where the calls of a unit go: instances on this machine, a host at an address, AWS, or another provider. */
import { FaasifyError } from './failure.ts';
import type { Credentials, Signing, Unit } from './line.ts';
import { findDeployed, type StubPlan } from './plan.ts';
import type { Service, Transport } from './provider-transport.ts';

/** The unit with its address; throws when there is none. */
export type Locate = (fn: string, unit: Unit) => Unit;

const startZone = process.env.TZ;

/** Units elsewhere have the time zone that this process had when it was started. */
export function findOtherZone(isLocal: boolean): string | undefined {
  if (isLocal) return undefined;
  const { TZ } = process.env;
  return TZ === startZone ? undefined : `the program has set its time zone to ${TZ}`;
}

/** An instance that has once looked at the time zone of the process keeps it: after a change, calls go to others. */
export function locateHere(): Locate {
  const located = new Map<string, Unit>();
  return (_fn, unit) => {
    const { TZ } = process.env;
    if (TZ === startZone) return unit;
    const key = `${unit.name} ${TZ}`;
    const found = located.get(key) ?? { ...unit, room: `${unit.room} ${TZ}` };
    located.set(key, found);
    return found;
  };
}

/** Over HTTP all calls to one address share their lines. It is looked up at each call: the app may set it. */
export function createLocator(loadTransport?: (target: string) => Transport): Locate {
  const located = new Map<string, Unit>();
  return (fn, planned) => {
    const unit = choosePlace(planned);
    if (unit.place) return locatePlace(located, fn, unit, loadTransport?.(unit.place.target));
    const service = findService(unit);
    if (!service) throw createEndpointError(fn, unit);
    const { endpoint, signing } = service;
    const key = JSON.stringify([unit.name, endpoint, signing]);
    const found = located.get(key) ?? { ...unit, ...service, room: endpoint };
    located.set(key, found);
    return found;
  };
}

/** FAASIFY_TARGETS names the targets of the plan that are to be called, in this order. */
function choosePlace(unit: Unit): Unit {
  const { FAASIFY_TARGETS } = process.env;
  if (!FAASIFY_TARGETS || !unit.places) return unit;
  const { place: _, ...rest } = unit;
  const places = FAASIFY_TARGETS.split(',').flatMap((name) => unit.places?.find(({ target }) => target === name) ?? []);
  const [place] = places;
  if (!place) return unit;
  return place.target === 'lambda' ? { ...rest, places } : { ...rest, places, place };
}

function locatePlace(located: Map<string, Unit>, fn: string, unit: Unit, transport: Transport | undefined): Unit {
  const { place } = unit;
  if (!place) return unit;
  const service = findNamedService(place.target) ?? transport?.findService?.(process.env, unit);
  if (!service) throw createPlaceError(fn, unit, place.target);
  const { endpoint, key } = service;
  const id = JSON.stringify([unit.name, place.target, endpoint, key]);
  const room = `${place.target} ${endpoint}`;
  const found = located.get(id) ?? { ...unit, endpoint, place: { ...place, ...(key && { key }) }, room };
  located.set(id, found);
  return found;
}

/** FAASIFY_ENDPOINT_GCF and FAASIFY_KEY_GCF */
function findNamedService(target: string): Service | undefined {
  const { [nameVariable('ENDPOINT', target)]: endpoint, [nameVariable('KEY', target)]: key } = process.env;
  return endpoint ? { endpoint, ...(key && { key }) } : undefined;
}

function nameVariable(what: 'ENDPOINT' | 'KEY', target: string): string {
  return `FAASIFY_${what}_${target.toUpperCase().replaceAll('-', '_')}`;
}

function createPlaceError(fn: string, { name }: Unit, target: string): FaasifyError {
  const fix = `set ${nameVariable('ENDPOINT', target)} to the address of the functions there`;
  return new FaasifyError('no-endpoint', fn, `nothing says where unit ${name} is at ${target}; ${fix}`, false);
}

/** Where nothing is deployed, falling back is all there is. */
export function findMissingService(
  { target, fallback, units }: StubPlan,
  loadTransport: (target: string) => Transport,
): string | undefined {
  const isThere = (unit: StubPlan['units'][number]) => {
    const [place] = unit.places ?? [];
    if (!place) return findService(findDeployed(unit));
    return findNamedService(place.target) ?? loadTransport(place.target).findService?.(process.env, unit);
  };
  const isMissing = fallback === 'local' && target !== 'local' && !units.some(isThere);
  return isMissing ? 'nothing says where the units are' : undefined;
}

/** FAASIFY_ENDPOINT is a host as `faasify serve` starts it; else it is AWS, or what its own variables name in its place. */
function findService({ deployed }: Pick<Unit, 'deployed'>): { endpoint: string; signing?: Signing } | undefined {
  const { FAASIFY_ENDPOINT, AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL, AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  if (FAASIFY_ENDPOINT) return { endpoint: FAASIFY_ENDPOINT };
  // A unit in a region of its own is told that of the others.
  const region = deployed?.region || process.env.FAASIFY_REGION || AWS_REGION || AWS_DEFAULT_REGION;
  const endpoint = AWS_ENDPOINT_URL_LAMBDA || AWS_ENDPOINT_URL;
  const credentials = readCredentials();
  const given = credentials && { credentials };
  if (endpoint) {
    const isOpen = !deployed || (!credentials && isLoopback(endpoint));
    return isOpen ? { endpoint } : { endpoint, signing: { region: region ?? DEFAULT_REGION, ...given } };
  }
  if (!deployed || !region) return undefined;
  return { endpoint: `https://lambda.${region}.${findDomain(region)}`, signing: { region, ...given } };
}

/** Of a service in place of AWS, which may not care. */
const DEFAULT_REGION = 'us-east-1';

function findDomain(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}

function isLoopback(endpoint: string): boolean {
  return URL.canParse(endpoint) && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(new URL(endpoint).hostname);
}

/** From the environment, at each call: they change while a program runs for long. */
function readCredentials(): Credentials | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return undefined;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
}

function createEndpointError(fn: string, unit: Unit): FaasifyError {
  const aws = unit.deployed ? 'AWS_REGION to the region it is deployed in, or ' : '';
  const fix = `set ${aws}FAASIFY_ENDPOINT to the address of \`faasify serve\` (AWS_ENDPOINT_URL to that of another Lambda API)`;
  return new FaasifyError('no-endpoint', fn, `nothing says where unit ${unit.name} is; ${fix}`, false);
}
