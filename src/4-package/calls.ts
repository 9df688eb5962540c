/** How units at a provider call each other there: what their entries begin with, the same for all of them. */
import { join } from 'node:path';
import { canLead, type LoadedProvider } from '../providers/index.ts';
import { formatJson, writeText } from './files.ts';
import { TARGET } from './transform-again.ts';

const FOLDER = 'calls';

/**
 * Writes `calls/<target>.ts`, and `calls/<target>-near.ts` for units that need no thread for it:
 *
 *     import { transport } from '../http/transport.ts';
 *     import { lead } from '../runtime/lead.ts';
 *     import thread from './http.txt';
 *     lead('http', transport, thread);
 */
export async function writeCalls(temp: string, providers: readonly LoadedProvider[]): Promise<void> {
  const leading = providers.filter(canLead);
  if (leading.length === 0) return;
  writeText(join(temp, FOLDER, 'package.json'), formatJson({ type: 'module', sideEffects: true }));
  await Promise.all(leading.map((provider) => writeCallsAt(temp, provider)));
}

/** Where there are no threads all of them do without. */
async function writeCallsAt(temp: string, { name: target, lacks }: LoadedProvider): Promise<void> {
  const imports = [
    `import { transport } from '../${target}/transport.ts';`,
    `import { lead } from '../runtime/lead${lacks?.threads ? '-fetch' : ''}.ts';`,
  ];
  const near = [...imports, `lead('${target}', transport);`, ''];
  const away = [...imports, `import thread from './${target}.txt';`, `lead('${target}', transport, thread);`, ''];
  writeText(join(temp, FOLDER, `${target}-near.ts`), near.join('\n'));
  if (lacks?.threads) return;
  writeText(join(temp, FOLDER, `${target}.ts`), away.join('\n'));
  writeText(join(temp, FOLDER, `${target}.txt`), await bundleThread(temp, target));
}

/** A script of CommonJS, small: it becomes a text in each of the entries. */
async function bundleThread(temp: string, target: string): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: temp,
    entryPoints: [join(temp, 'runtime', 'calling.ts')],
    packages: 'external',
    alias: { 'faasify:transport': join(temp, target, 'transport.ts') },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: TARGET,
    minify: true,
    charset: 'utf8',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
