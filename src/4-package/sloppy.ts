/** Bundles for code that runs without strict mode. ES modules always have it, so these are CommonJS. */

import type { Linkable } from './runtime-link.ts';
import { transformAgain } from './transform-again.ts';

/** Stands for `import.meta.url`, which CommonJS does not have. */
const URL_NAME = '$faasUrl';

export function toCommonJs(text: Linkable): Promise<Linkable> {
  return transformAgain(text, {
    format: 'cjs',
    platform: 'node',
    minifySyntax: true,
    minifyWhitespace: true,
    ...(text.code.includes('import.meta.url') && {
      define: { 'import.meta.url': URL_NAME },
      banner: `var ${URL_NAME}=require("node:url").pathToFileURL(__filename).href;`,
    }),
  });
}
