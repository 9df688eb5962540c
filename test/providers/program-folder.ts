import { mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../harness/cases.ts';

/** A new folder with a program of `main.ts` and `work.ts`, which has our packages. */
export function makeProgramFolder(name: string, main: string, work: string): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `faasify-${name}-`)));
  const files = {
    'package.json': `{ "type": "module", "name": "${name}" }\n`,
    'tsconfig.json':
      '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022", "types": ["node"], "allowImportingTsExtensions": true, "noEmit": true } }\n',
    'main.ts': main,
    'work.ts': work,
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
