import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatJson, listContents, writeText } from '../4-package/files.ts';
import { findRegion } from '../5-deploy/cloud.ts';
import { readLambdaCode } from '../5-deploy/code.ts';
import { findWhiskAccess, readActionCode } from '../5-deploy/openwhisk-code.ts';
import { describeProviderError, isNotFound } from '../5-deploy/provider-error.ts';
import { type ConventionName, readConvention } from '../convert/conventions.ts';
import { unpack } from '../convert/input.ts';
import { checkFolder, type FunctionNote, NOTE_FILE, openTemporary, replaceFolder } from '../convert/output.ts';
import { FaasifyError } from '../errors.ts';
import { loadProvider } from '../providers/index.ts';
import type { Provider } from '../providers/provider.ts';
import type { Problem } from '../types.ts';
import { isLoopback, openLambdaAt, readEndpoint } from './provider.ts';

export interface PullFlags {
  from?: string;
  out?: string;
  qualifier?: string;
  region?: string;
  profile?: string;
  endpointUrl?: string;
}

export interface PullRequest {
  /** At the provider. */
  name: string;
  cwd: string;
  flags: PullFlags;
  env: NodeJS.ProcessEnv;
}

export interface PullResult {
  from: ConventionName;
  name: string;
  /** Absolute. */
  out: string;
  /** By their paths in the folder, sorted. */
  files: string[];
  note: FunctionNote;
  problems: Problem[];
}

interface Pulled {
  write(folder: string): Promise<void>;
  handler?: string;
  settings: Record<string, unknown>;
  problems: Problem[];
}

/** Writes the code of a function that is deployed, and what is known of it, into a folder that `convert` takes. */
export async function pull(request: PullRequest): Promise<PullResult> {
  const { name, cwd, flags } = request;
  const from = readConvention('--from', flags.from ?? 'lambda');
  const short = name.split(/[/:]/).at(-1) ?? name;
  const out = resolve(cwd, flags.out ?? short);
  checkFolder(out, '');
  const { write, handler, settings, problems } = await pullFrom(from, request);
  const note = { convention: from, name: short, ...(handler !== undefined && { handler }), settings };
  const temp = openTemporary(out);
  try {
    mkdirSync(temp, { recursive: true });
    await write(temp);
    writeText(join(temp, NOTE_FILE), formatJson(note));
    const { files } = listContents(temp);
    replaceFolder(out, temp);
    return { from, name, out, files, note, problems };
  } catch (error) {
    rmSync(temp, { recursive: true, force: true });
    throw error;
  }
}

async function pullFrom(from: ConventionName, request: PullRequest): Promise<Pulled> {
  if (from === 'lambda') return pullLambda(request);
  if (from === 'openwhisk') return pullAction(request);
  const { title, readCode } = await loadProvider(from);
  if (readCode) return pullStored(readCode, request);
  throw new FaasifyError('convention', `The API of ${title} does not give code back`, {
    fix: 'Give the files that were deployed to faasify convert.',
  });
}

async function pullStored(
  readCode: NonNullable<Provider['readCode']>,
  { name, cwd, env, flags }: PullRequest,
): Promise<Pulled> {
  refuseFlags(flags);
  const code = await readCode({ name, env, folder: cwd }).catch((error: unknown) => {
    if (!(error instanceof FaasifyError) || error.code !== 'provider-refused') throw error;
    throw new FaasifyError(error.code, error.message, { fix: 'Nothing has been written. Try again.', cause: error });
  });
  const { content, handler, settings } = code;
  const write = async (folder: string) => {
    if ('zip' in content) await unpack(content.zip, folder, `The code of ${name}`);
    else for (const { path, bytes } of content.files) writeText(join(folder, path), bytes);
  };
  return { write, ...(handler !== undefined && { handler }), settings, problems: [] };
}

/** Those of AWS: elsewhere the environment says all that. */
function refuseFlags({ qualifier, region, profile, endpointUrl }: PullFlags): void {
  const given = Object.entries({ qualifier, region, profile, 'endpoint-url': endpointUrl });
  const [flag] = given.find(([, value]) => value !== undefined) ?? [];
  if (flag === undefined) return;
  throw new FaasifyError('option-conflict', `--${flag} is for AWS Lambda`, {
    fix: "Leave it out; what the provider's own tool reads of the environment is read here, too.",
  });
}

async function pullLambda({ name, flags, env }: PullRequest): Promise<Pulled> {
  const endpoint = readEndpoint(flags.endpointUrl) ?? (env.FAASIFY_ENDPOINT || undefined);
  const isOpen = isLoopback(endpoint) && !env.AWS_ACCESS_KEY_ID && flags.profile === undefined;
  const region = flags.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  const lambda = openLambdaAt({ flags, env }, endpoint, region, isOpen);
  try {
    await findRegion(lambda);
    const { zip, handler, settings, layers } = await readLambdaCode(lambda, name, flags.qualifier);
    return {
      write: (folder) => unpack(zip, folder, `The code of ${name}`),
      handler,
      settings,
      problems: layers.map(describeLayer),
    };
  } catch (error) {
    if (isNotFound(error))
      throw new FaasifyError('no-function', `There is no function ${name}`, { fix: 'Give its name, and --region.' });
    throw describeProviderError(error, {});
  } finally {
    lambda.destroy();
  }
}

function describeLayer(arn: string): Problem {
  return {
    code: 'pull-layer',
    severity: 'warning',
    message: `What lies in the layer ${arn} is not part of the code: put it beside the handler.`,
  };
}

async function pullAction({ name, flags, env }: PullRequest): Promise<Pulled> {
  const access = findWhiskAccess(env, readEndpoint(flags.endpointUrl));
  const { content, main, settings } = await readActionCode(access, name);
  const write = async (folder: string) => {
    if ('zip' in content) await unpack(content.zip, folder, `The code of ${name}`);
    else writeText(join(folder, 'index.js'), content.text);
  };
  return { write, handler: main, settings, problems: [] };
}
