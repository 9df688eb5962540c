/** Who talks to the Runtime API in an instance: Amazon's own client, where it is installed, or ours. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { FaasifyError } from '../../errors.ts';

export interface RuntimeClient {
  /** The JavaScript file that it is started with. */
  file: string;
  /** The node that it runs in, absolute, and its major version. */
  node: string;
  major: number;
}

/** `ric`: Amazon's aws-lambda-ric. */
export type ClientKind = 'ric' | 'own';

const RIC = 'aws-lambda-ric';

/** `folders`: where Amazon's may be installed. */
export function findRuntimeClient(
  kind: ClientKind,
  folders: string[],
  installation: string,
  env: NodeJS.ProcessEnv,
): RuntimeClient {
  const { node, major } = findNode(env.FAASIFY_NODE);
  if (kind === 'own') return { node, major, file: join(installation, 'dist', 'runtime-client.js') };
  return { node, major, file: findRic(folders, major) };
}

/** That of this process, unless FAASIFY_NODE names another one. */
function findNode(given: string | undefined): { node: string; major: number } {
  if (!given) return { node: process.execPath, major: Number.parseInt(process.versions.node, 10) };
  try {
    const version = execFileSync(given, ['--print', 'process.execPath + " " + process.versions.node'], {
      encoding: 'utf8',
    });
    const [, node = '', major = ''] = /^(.*) (\d+)\.\S+\s*$/.exec(version) ?? [];
    if (node !== '') return { node, major: Number(major) };
  } catch {}
  throw new FaasifyError('node-not-found', `FAASIFY_NODE is ${given}, which is no Node.js that can be started`, {
    fix: 'Give the path of a node program, such as /usr/local/bin/node.',
  });
}

function findRic(folders: string[], major: number): string {
  const found = folders.map(findRicFrom).find((folder) => folder !== undefined);
  const wanted = major < 22 ? '3.3.0' : '4.0.2';
  const fix =
    `Install it beside the program with \`npm install --save-dev ${RIC}@${wanted}\`, the one for Node ${major}; it compiles a part of itself, ` +
    'for which Debian and Ubuntu need `apt-get install autoconf automake cmake g++ libtool make`. ' +
    'Or give `--runtime-client own`: one that comes with faasify and does the same.';
  if (!found) throw new FaasifyError('no-runtime-client', `${RIC}, Amazon's runtime client, is not installed`, { fix });
  const text = readFileSync(join(found, 'package.json'), 'utf8');
  const { version, bin } = JSON.parse(text) as { version: string; bin: Record<string, string> };
  if (Number.parseInt(version, 10) >= 4 === major >= 22) return join(found, bin[RIC] ?? 'index.mjs');
  throw new FaasifyError('no-runtime-client', `${RIC} ${version} is not for Node ${major}`, { fix });
}

function findRicFrom(folder: string): string | undefined {
  const paths = createRequire(join(folder, 'x.js')).resolve.paths(RIC) ?? [];
  return paths.map((path) => join(path, RIC)).find((path) => existsSync(join(path, 'package.json')));
}
