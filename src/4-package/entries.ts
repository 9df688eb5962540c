/** What a provider calls instead of the handler: a small bundle beside it, or one that holds it. */
import { join } from 'node:path';
import type { Message, Plugin } from 'esbuild';
import type { LoadedProvider } from '../providers/index.ts';
import type { ProviderEntry } from '../providers/provider.ts';
import type { UnitOutput } from '../types.ts';
import { type BundleFailure, describeFailure, isBuildFailure } from './bundle.ts';
import { findOwn } from './provider-packages.ts';
import { URL_NAME, URL_OF_FILE } from './sloppy.ts';
import { TARGET } from './transform-again.ts';

type Bundled = Pick<UnitOutput, 'name' | 'bundle' | 'files'>;

/** Writes `units/<unit>/<target>/<entry>` for units whose handlers are bundled already. Returns those for which that cannot be. */
export async function bundleEntries(
  temp: string,
  units: readonly Bundled[],
  providers: readonly LoadedProvider[],
): Promise<BundleFailure[]> {
  const tasks = providers.map((provider) => {
    const own = units.filter((unit) => findOwn(unit, [provider]).length > 0);
    return provider.entry && own.length > 0 ? tryBundle(temp, own, provider, provider.entry) : [];
  });
  return (await Promise.all(tasks)).flat();
}

/** All in one go; if that fails each unit alone, to know which ones are to blame. */
async function tryBundle(
  temp: string,
  units: readonly Bundled[],
  provider: LoadedProvider,
  entry: ProviderEntry,
): Promise<BundleFailure[]> {
  try {
    await bundleForProvider(temp, units, provider.name, entry);
    return [];
  } catch (error) {
    if (!entry.whole || !isBuildFailure(error)) throw error;
    const [only, ...others] = units;
    if (only && others.length === 0) return [{ unit: only.name, message: blame(provider, error.errors) }];
    const failures: BundleFailure[] = [];
    for (const unit of units) failures.push(...(await tryBundle(temp, [unit], provider, entry)));
    return failures;
  }
}

function blame({ title, entry }: LoadedProvider, errors: Message[]): string {
  const kind = entry?.format === 'cjs' ? 'CommonJS' : 'JavaScript';
  return `${title} takes a single file of ${kind}: ${describeFailure(errors)}`;
}

async function bundleForProvider(
  temp: string,
  units: readonly Bundled[],
  target: string,
  { file, format, whole, around }: ProviderEntry,
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
    minifyWhitespace: true,
    minifyIdentifiers: !whole,
    keepNames: whole === true,
    charset: 'utf8',
    logLevel: 'silent',
    // The provider's own are there, or asked for by the package's package.json; in a single file nothing can be.
    packages: whole ? 'bundle' : 'external',
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
