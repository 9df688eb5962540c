/** What a provider calls instead of the handler: a small bundle beside it, or one that holds it. */
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import type { LoadedProvider } from '../providers/index.ts';
import type { ProviderEntry } from '../providers/provider.ts';
import type { UnitOutput } from '../types.ts';
import { URL_NAME, URL_OF_FILE } from './sloppy.ts';
import { TARGET } from './transform-again.ts';

/** Writes `units/<unit>/<target>/<entry>` for units whose handlers are bundled already. Throws the bundler's failure. */
export async function bundleEntries(
  temp: string,
  units: readonly Pick<UnitOutput, 'name' | 'bundle' | 'files'>[],
  providers: readonly LoadedProvider[],
): Promise<void> {
  const tasks = providers.flatMap(({ name, entry }) => {
    const own = units.filter(({ files }) => files.some(({ path }) => path === `${name}.ts`));
    return entry && own.length > 0 ? [bundleForProvider(temp, own, name, entry)] : [];
  });
  await Promise.all(tasks);
}

async function bundleForProvider(
  temp: string,
  units: readonly Pick<UnitOutput, 'name' | 'bundle'>[],
  target: string,
  { file, format, whole, around, external = [] }: ProviderEntry,
): Promise<void> {
  const { build } = await import('esbuild');
  const extension = file.slice(file.lastIndexOf('.'));
  const bundles = new Map(units.map(({ name, bundle }) => [name, bundle]));
  await build({
    absWorkingDir: temp,
    entryPoints: units.map(({ name }) => ({
      in: join(temp, 'units', name, `${target}.ts`),
      out: join(name, target, file.slice(0, -extension.length)),
    })),
    outdir: join(temp, 'units'),
    outExtension: { '.js': extension },
    bundle: true,
    format,
    platform: 'node',
    target: TARGET,
    minifySyntax: true,
    keepNames: whole === true,
    charset: 'utf8',
    logLevel: 'silent',
    external,
    ...(whole && format === 'cjs' && { define: { 'import.meta.url': URL_NAME } }),
    banner: { js: `${around?.before ?? ''}${whole && format === 'cjs' ? URL_OF_FILE : ''}` },
    footer: { js: around?.after ?? '' },
    plugins: [findHandler(temp, bundles, whole === true)],
  });
}

/** `./handler.ts`: the bundle, which lies beside the entry in the package, or is put into it. */
function findHandler(temp: string, bundles: ReadonlyMap<string, string>, whole: boolean): Plugin {
  return {
    name: 'handler',
    setup(build) {
      build.onResolve({ filter: /^\.\/handler\.ts$/ }, ({ resolveDir }) => {
        const unit = resolveDir.split(/[\\/]/).at(-1) ?? '';
        const bundle = bundles.get(unit) ?? 'handler.mjs';
        return whole ? { path: join(temp, 'units', unit, bundle) } : { path: `./${bundle}`, external: true };
      });
    },
  };
}
