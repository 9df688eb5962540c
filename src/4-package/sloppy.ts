/** Bundles for code that runs without strict mode. ES modules always have it, so these are CommonJS. */

import { inlineMap } from './inline-map.ts';
import type { Linkable } from './runtime-link.ts';

/** Stands for `import.meta.url`, which CommonJS does not have. */
const URL_NAME = '$faasUrl';

export async function toCommonJs({ code, map }: Linkable, target: string): Promise<Linkable> {
  const { transform } = await import('esbuild');
  const asksUrl = code.includes('import.meta.url');
  const converted = await transform(inlineMap({ code, map }), {
    format: 'cjs',
    platform: 'node',
    target,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'eof',
    charset: 'utf8',
    sourcemap: 'external',
    sourcesContent: true,
    loader: 'js',
    logLevel: 'silent',
    ...(asksUrl && {
      define: { 'import.meta.url': URL_NAME },
      banner: `var ${URL_NAME}=require("node:url").pathToFileURL(__filename).href;`,
    }),
  });
  return { code: converted.code, map: converted.map };
}
