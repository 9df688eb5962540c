import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findRegion } from '../5-deploy/cloud.ts';
import { priceCall } from '../5-deploy/cost.ts';
import { selectEnvironment } from '../5-deploy/environment.ts';
import { invoke as send } from '../5-deploy/invoke.ts';
import { describeProviderError, isNotFound } from '../5-deploy/provider-error.ts';
import { readUsage, type Usage } from '../5-deploy/report-line.ts';
import { FaasifyError } from '../errors.ts';
import { type Answer, readAnswer } from '../invoke/answer.ts';
import { type Callee, readPayload, readTextArguments } from '../invoke/arguments.ts';
import { type MadeRequest, makeRequest } from '../invoke/request.ts';
import { formatKnown } from '../suggest.ts';
import type { Manifest, ManifestUnit } from '../types.ts';
import { callElsewhere } from './call-elsewhere.ts';
import { findNamedFunction, type NamedFunction } from './named-function.ts';
import { getManifest, isLoopback, openLambdaAt, type ProviderRequest, readEndpoint } from './provider.ts';

export interface InvokeRequest extends ProviderRequest {
  /** The function, as far as it is needed to know which one. */
  name: string;
  args: readonly string[];
  /** A file with the arguments as JSON, relative to `cwd`; `-` for what comes in. */
  payload?: string;
  /** An alias or a version; what callers reach if it is not given. */
  qualifier?: string;
}

export interface InvokeResult extends Answer {
  fn: string;
  /** What was called. */
  target: string;
  version?: string;
  /** Milliseconds from here. */
  milliseconds: number;
  usage?: Usage;
  /** In dollars; of a call on this machine what it would have been. */
  cost?: number;
  isHere: boolean;
  /** Module variables that an app would have brought: here they are what the unit has. */
  lacks: string[];
}

/** Calls one function of an output folder where it is deployed, or where `faasify serve` has it. */
export async function invoke(request: InvokeRequest): Promise<InvokeResult> {
  const manifest = getManifest(request);
  const named = findNamedFunction(manifest, request.name);
  const callee = getCallee(manifest, named);
  const { payload, args, env } = request;
  const values = payload === undefined ? readTextArguments(callee, args) : readPayload(callee, read(request, payload));
  const cut = manifest.cuts.find(({ fn }) => fn === callee.id);
  const made = makeRequest({ fn: callee.id, contract: cut?.contract ?? '' }, values);
  try {
    const other = findOther(request, manifest);
    const called = other ? callOther(request, other, named, made) : call(request, manifest, named, made);
    return { ...(await called), lacks: cut?.stateIn ?? [] };
  } catch (error) {
    const names = manifest.units.flatMap((unit) => unit.env);
    throw describeProviderError(error, selectEnvironment(names, env));
  }
}

/** Where it is called, if not at AWS or on this machine: what is asked for, else the first of the targets. */
function findOther({ flags, env, qualifier }: InvokeRequest, { targets }: Manifest): string | undefined {
  const { target, endpointUrl } = flags;
  if (target !== undefined && !targets.includes(target)) {
    throw new FaasifyError('option-value', `--target: this folder was not built for ${JSON.stringify(target)}`, {
      fix: formatKnown(target, targets),
    });
  }
  const isServed = env.FAASIFY_ENDPOINT || endpointUrl !== undefined;
  const isHere = isServed || targets.some((one) => AT_AWS.has(one));
  const found = target ?? (isHere ? undefined : targets[0]);
  if (found === undefined || AT_AWS.has(found)) return undefined;
  if (qualifier === undefined) return found;
  throw new FaasifyError('option-conflict', '--qualifier is for AWS: elsewhere functions have no versions', {
    fix: 'Nothing has been called. Leave it out.',
  });
}

const AT_AWS = new Set(['lambda', 'local']);

async function callOther(
  request: InvokeRequest,
  target: string,
  { id, unit }: NamedFunction,
  { text, objects }: MadeRequest,
): Promise<Omit<InvokeResult, 'lacks'>> {
  const { name, milliseconds, payload, failed } = await callElsewhere(request, unit, target, text);
  return { fn: id, target: name, milliseconds, ...readAnswer(payload, failed, objects), isHere: false };
}

function getCallee({ functions }: Manifest, { id }: NamedFunction): Callee {
  const params = functions.find((fn) => fn.id === id)?.params;
  if (params) return { id, params };
  throw new FaasifyError('argument', `${id} cannot be called by itself`, {
    fix: 'It is called on an object, uses what is around it or gives values one by one: call what uses it, or run the app.',
  });
}

function read({ args, cwd }: InvokeRequest, file: string): unknown {
  if (args.length > 0) {
    throw new FaasifyError('option-conflict', 'Arguments come either with --payload or on the command line', {
      fix: 'Nothing has been called. Write all of them into the payload.',
    });
  }
  try {
    return JSON.parse(readFileSync(file === '-' ? 0 : resolve(cwd, file), 'utf8'));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new FaasifyError('argument', `--payload ${file} cannot be read: ${problem}`, {
      fix: 'It has to be JSON: a list of arguments, or an object with their names.',
    });
  }
}

async function call(
  { flags, env, qualifier: given }: InvokeRequest,
  manifest: Manifest,
  { id, unit }: NamedFunction,
  { text: payload, objects }: MadeRequest,
): Promise<Omit<InvokeResult, 'lacks'>> {
  const endpoint = readEndpoint(flags.endpointUrl) ?? (env.FAASIFY_ENDPOINT || undefined);
  const isServed = flags.endpointUrl === undefined && endpoint !== undefined;
  const isOpen = isServed || (isLoopback(endpoint) && !env.AWS_ACCESS_KEY_ID && flags.profile === undefined);
  const wanted = unit.settings.region ?? flags.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  const lambda = openLambdaAt({ flags, env }, endpoint, wanted, isOpen);
  try {
    await findRegion(lambda);
    const start = performance.now();
    const { target, answer } = await sendToFirst(lambda, listTargets(unit, given, isOpen), payload);
    const milliseconds = performance.now() - start;
    const usage = readUsage(answer.log);
    const architecture = manifest.deploy?.architecture ?? 'x86_64';
    return {
      fn: id,
      target,
      ...(answer.version !== undefined && { version: answer.version }),
      milliseconds,
      ...(usage && { usage, cost: priceCall({ ...usage, architecture }) }),
      ...readAnswer(answer.payload, answer.failed, objects),
      isHere: isOpen,
    };
  } finally {
    lambda.destroy();
  }
}

interface Target {
  name: string;
  qualifier?: string;
}

/** What it is deployed as; a host on this machine may also serve the output folder itself, under the names of units. */
function listTargets({ name, deployed }: ManifestUnit, given: string | undefined, isOpen: boolean): Target[] {
  const qualifier = given ?? deployed?.alias;
  const itself = { name, ...(given !== undefined && { qualifier: given }) };
  if (!deployed) return [itself];
  return [{ name: deployed.name, ...(qualifier !== undefined && { qualifier }) }, ...(isOpen ? [itself] : [])];
}

/** To the first that is there. */
async function sendToFirst(lambda: Parameters<typeof send>[0], targets: readonly Target[], payload: string) {
  for (const target of targets) {
    try {
      return { target: target.name, answer: await send(lambda, { ...target, payload }) };
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  const names = targets.map(({ name, qualifier }) => (qualifier === undefined ? name : `${name}:${qualifier}`));
  throw new FaasifyError('no-function', `${names.join(' or ')} is not there (${await lambda.config.region()})`, {
    fix: 'Deploy it with `faasify deploy`, or say with --region, --endpoint-url or FAASIFY_ENDPOINT where it is.',
  });
}
