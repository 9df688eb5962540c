import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatJson, listContents, writeText } from '../4-package/files.ts';
import { findRegion, openLambda } from '../5-deploy/cloud.ts';
import { readLambdaCode } from '../5-deploy/code.ts';
import { findWhiskAccess, readActionCode } from '../5-deploy/openwhisk-code.ts';
import { describeProviderError, isNotFound } from '../5-deploy/provider-error.ts';
import type { ConventionName } from '../convert/conventions.ts';
import { unpack } from '../convert/input.ts';
import { checkFolder, type FunctionNote, NOTE_FILE, openTemporary, replaceFolder } from '../convert/output.ts';
import { FaasifyError } from '../errors.ts';
import { readVersion } from '../installation.ts';
import type { Problem } from '../types.ts';
import { isLoopback, readEndpoint } from './provider.ts';

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
  handler: string;
  settings: Record<string, unknown>;
  problems: Problem[];
}

/** Writes the code of a function that is deployed, and what is known of it, into a folder that `convert` takes. */
export async function pull(request: PullRequest): Promise<PullResult> {
  const { name, cwd, flags } = request;
  const from = readFrom(flags.from);
  const short = name.split(/[/:]/).at(-1) ?? name;
  const out = resolve(cwd, flags.out ?? short);
  checkFolder(out, '');
  const { write, handler, settings, problems } =
    from === 'lambda' ? await pullLambda(request) : await pullAction(request);
  const note = { convention: from, name: short, handler, settings };
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

function readFrom(given = 'lambda'): 'lambda' | 'openwhisk' {
  if (given === 'lambda' || given === 'openwhisk') return given;
  throw new FaasifyError('convention', `--from: the API of ${given} does not give code back, or it is not known here`, {
    fix: 'Functions can be pulled from lambda and openwhisk. Of others give the files to faasify convert.',
  });
}

async function pullLambda({ name, flags, env }: PullRequest): Promise<Pulled> {
  const endpoint = readEndpoint(flags.endpointUrl) ?? (env.FAASIFY_ENDPOINT || undefined);
  const isOpen = isLoopback(endpoint) && !env.AWS_ACCESS_KEY_ID && flags.profile === undefined;
  const region = flags.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  const { profile } = flags;
  const options = {
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
    env,
    version: readVersion(),
  };
  const lambda = openLambda(options, region ?? (isOpen ? 'us-east-1' : undefined), isOpen);
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
