/**
 * Small programs of one or two modules, many of them in one: an object has a function that changes it, which is called without
 * naming the object. Whoever looks at the object sees the change.
 */

import { CALLS, HOLDERS } from './tables.ts';

export interface BoundDescription {
  holder: string;
  call: (typeof CALLS)[number];
  /** The call stands in another module than the object. */
  isFar: boolean;
  /** Who stays in the app, so that the other one is in a unit. */
  stays: 'look' | 'change' | undefined;
}

/** Each holder with each call. */
export function listBound(): BoundDescription[] {
  return HOLDERS.flatMap((holder, row) =>
    CALLS.map((call, column) => ({ holder, call, ...VARIANTS[(row + column) % VARIANTS.length] })),
  ) as BoundDescription[];
}

const VARIANTS: readonly Pick<BoundDescription, 'isFar' | 'stays'>[] = [
  { isFar: false, stays: undefined },
  { isFar: false, stays: 'change' },
  { isFar: true, stays: 'look' },
  { isFar: true, stays: undefined },
];

/** Files by name; `main.ts` is the entry. Each line that is printed begins with the number of its program. */
export function writeBound(descriptions: readonly BoundDescription[]): Record<string, string> {
  const imports = descriptions.map(
    (_, id) => `import * as a${id} from './s${id}/a.js';\nimport * as b${id} from './s${id}/b.js';`,
  );
  const steps = descriptions.map((_, id) => {
    const look = (when: string) => `console.log(${id}, a${id}.look('${when}'), a${id}.a.n);`;
    return `${look('before')} b${id}.change(); ${look('once')} b${id}.change(); ${look('twice')}`;
  });
  return {
    ...Object.assign({}, ...descriptions.map(writeOne)),
    'main.ts': `${imports.join('\n')}\n${steps.join('\n')}\n`,
  };
}

/** What is called by one name may be meant in all programs; names of classes are as good as any to tell them apart by. */
const MEANT_BY_NAME =
  /\b(?:up|f|[A-Z]|Base2?|Node2|Runner|Box|Bus|Widget|Sub|History|Step|Summing|Container|Builder|Lazy|Maybe|Timer|Rec|Acts)\b/g;
const STAYS = '/** @faas off */\n';

function writeOne({ holder, call, isFar, stays }: BoundDescription, id: number): Record<string, string> {
  const [declares, statements] = call;
  const change = `${declares}\n${stays === 'change' ? STAYS : ''}export function change(): void { ${statements} }\n`;
  const look = `${stays === 'look' ? STAYS : ''}export function look(text: string): string { const shown = \`\${text} \${a.n}\`; return shown; }\n`;
  const own = (text: string) => text.replace(MEANT_BY_NAME, `$&${id}`);
  return {
    [`s${id}/a.ts`]: own(`${holder}\n${isFar ? '' : change}${look}`),
    [`s${id}/b.ts`]: own(isFar ? `import { a } from './a.js';\n${change}` : `export { change } from './a.js';\n`),
  };
}
