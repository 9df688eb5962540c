/** A text that was bundled is transformed once more, and its source map with it. */

import type { TransformOptions } from 'esbuild';
import type { Linkable } from './runtime-link.ts';

/** The oldest Node that units run on. */
export const TARGET = 'node20';

export async function transformAgain({ code, map }: Linkable, options: TransformOptions): Promise<Linkable> {
  const { transform } = await import('esbuild');
  const inline = Buffer.from(map).toString('base64');
  const result = await transform(`${code}\n//# sourceMappingURL=data:application/json;base64,${inline}\n`, {
    target: TARGET,
    legalComments: 'eof',
    charset: 'utf8',
    sourcemap: 'external',
    sourcesContent: true,
    loader: 'js',
    logLevel: 'silent',
    ...options,
  });
  return { code: result.code, map: result.map };
}
