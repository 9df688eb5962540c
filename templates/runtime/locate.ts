/** Where the calls of a unit go: instances on this machine, a host at an address, or AWS. */
import { FaasifyError } from './failure.ts';
import type { Credentials, Signing, Unit } from './line.ts';

/** The unit with its address; throws when there is none. */
export type Locate = (fn: string, unit: Unit) => Unit;

/** An instance that has once looked at the time zone of the process keeps it: after a change, calls go to others. */
export function locateHere(startZone: string | undefined): Locate {
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
export function createLocator(): Locate {
  const located = new Map<string, Unit>();
  return (fn, unit) => {
    const service = findService(unit);
    if (!service) throw createEndpointError(fn, unit);
    const { endpoint, signing } = service;
    const key = JSON.stringify([unit.name, unit.isRepeatable, endpoint, signing]);
    const found = located.get(key) ?? { ...unit, ...service, room: endpoint };
    located.set(key, found);
    return found;
  };
}

/** FAASIFY_ENDPOINT is a host as `faasify serve` starts it; else it is AWS, or what its own variables name in its place. */
export function findService({ deployed }: Pick<Unit, 'deployed'>): { endpoint: string; signing?: Signing } | undefined {
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
