/** Bundles for code that runs without strict mode. ES modules always have it, so these are CommonJS. */

import type { Linkable } from './runtime-link.ts';
import { transformAgain } from './transform-again.ts';

/** Stands for `import.meta.url`, which CommonJS does not have. */
export const URL_NAME = '$faasUrl';

export const URL_OF_FILE = `var ${URL_NAME}=require("node:url").pathToFileURL(__filename).href;`;

export function toCommonJs(text: Linkable): Promise<Linkable> {
  return transformAgain(text, {
    format: 'cjs',
    platform: 'node',
    minifySyntax: true,
    minifyWhitespace: true,
    ...(text.code.includes('import.meta.url') && {
      define: { 'import.meta.url': URL_NAME },
      banner: URL_OF_FILE,
    }),
  });
}
