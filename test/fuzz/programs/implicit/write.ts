/**
 * Small programs of two modules each, many of them in one: an object has a function that the language calls by itself, which changes
 * the state of its module. What another module does to the object changes it, although nothing there says so.
 */

import fc from 'fast-check';
import { MECHANISMS, type Mechanism, TYPINGS, type Typing } from './tables.ts';

export interface ImplicitDescription {
  mechanism: Mechanism;
  use: string;
  declaration: Declaration;
  typing: Typing;
  /** The function that looks at the state stays in the app; so does the one that uses the object. */
  seenHere: boolean;
  usedHere: boolean;
}

/** The text of a module with `make()`, which gives the object, and its type `Thing`. Undefined if there is none of that kind. */
type Declaration = (mechanism: Mechanism, member: string) => string | undefined;

const ARGUMENTS: Record<string, string> = {
  'Promise<number>': '((done) => { done(1); })',
  RegExp: '("a")',
  Date: '(5)',
  'Map<number, number>': '([[1, 2]])',
};

function extend({ base }: Mechanism): string {
  return base === undefined ? '' : ` extends ${base}`;
}

/** `new Thing(…)` */
function create({ base = '' }: Mechanism): string {
  return `new Thing${ARGUMENTS[base] ?? '()'}`;
}

/** `name(…): type { … }`, in parts. */
function readMethod(member: string): { name: string; params: string; result: string; body: string } | undefined {
  const [, name, params, result, body] = /^(\w+)\((.*?)\): ([\w ]+) (\{.*)$/.exec(member) ?? [];
  if (name === undefined || params === undefined || result === undefined || body === undefined) return undefined;
  return { name, params, result, body };
}

function asProperty(member: string): string {
  return member.replaceAll('override ', '').replace('; } set ', '; }, set ');
}

/** The one of which the object has the member itself. */
const literal: Declaration = ({ base, isOfClass }, member) =>
  base === undefined && !isOfClass && !member.includes(' = ')
    ? `const thing = { y: 1, ${asProperty(member)} };\nexport type Thing = typeof thing;\nexport function make(): Thing { return thing; }`
    : undefined;

const DECLARATIONS: readonly Declaration[] = [
  (mechanism, member) =>
    `export class Thing${extend(mechanism)} { ${member} }\nexport function make(): Thing { return ${create(mechanism)}; }`,
  (mechanism, member) =>
    `export class Base${extend(mechanism)} { ${member} }\nexport class Thing extends Base { y = 1; }\nexport function make(): Thing { return ${create(mechanism)}; }`,
  (mechanism, member) =>
    `class Root${extend(mechanism)} { ${member} }\nclass Base extends Root {}\nexport class Thing extends Base { y = 1; more(): number { return this.y; } }\nexport function make(): Thing { return ${create(mechanism)}; }`,
  ({ base }, member) =>
    base === undefined
      ? `const mix = <B extends new (...args: any[]) => object>(base: B) => class extends base { ${member} };\nexport class Thing extends mix(Object) { y = 1; }\nexport function make(): Thing { return new Thing(); }`
      : undefined,
  (mechanism, member) =>
    `export const Thing = class${extend(mechanism)} { ${member} };\nexport type Thing = InstanceType<typeof Thing>;\nexport function make(): Thing { return ${create(mechanism)}; }`,
  (mechanism, member) =>
    `export function make() { class Thing${extend(mechanism)} { ${member} } return ${create(mechanism)}; }\nexport type Thing = ReturnType<typeof make>;`,
  literal,
  ({ base }, member) => {
    const method = base === undefined ? readMethod(member) : undefined;
    return (
      method &&
      `export class Thing { ${method.name} = (${method.params}): ${method.result} => ${method.body}; }\nexport function make(): Thing { return new Thing(); }`
    );
  },
  ({ base }, member) => {
    const method = base === undefined ? readMethod(member) : undefined;
    return (
      method &&
      `export class Thing { y = 1; }\nexport interface Thing { ${method.name}(${method.params}): ${method.result} }\nThing.prototype.${method.name} = function (${method.params}): ${method.result} ${method.body};\nexport function make(): Thing { return new Thing(); }`
    );
  },
];

const described: fc.Arbitrary<ImplicitDescription> = fc.constantFrom(...MECHANISMS).chain((mechanism) =>
  fc.record({
    mechanism: fc.constant(mechanism),
    use: fc.constantFrom(...mechanism.uses),
    declaration: mechanism.isOwn
      ? fc.constant(literal)
      : fc.constantFrom(...DECLARATIONS.filter((one) => one(mechanism, mechanism.member) !== undefined)),
    typing: fc.constantFrom(...TYPINGS),
    seenHere: fc.boolean(),
    usedHere: fc.boolean(),
  }),
);

export function implicit(count: number): fc.Arbitrary<ImplicitDescription[]> {
  return fc.array(described, { minLength: count, maxLength: count, size: 'max' });
}

/** Files by name; `main.ts` is the entry. Each line that is printed begins with the number of its program. */
export function writeImplicit(descriptions: readonly ImplicitDescription[]): Record<string, string> {
  const programs = descriptions.map(writeOne);
  return {
    ...Object.assign({}, ...programs.map(({ files }) => files)),
    'main.ts': `${programs.map(({ imports }) => imports).join('\n')}\n${programs.map(({ steps }) => steps).join('\n')}\n`,
  };
}

interface OneProgram {
  files: Record<string, string>;
  /** Of the entry. */
  imports: string;
  steps: string;
}

const STAYS = '/** @faas off */\n';

function writeOne(description: ImplicitDescription, id: number): OneProgram {
  const { mechanism, typing, declaration, seenHere } = description;
  const member = mechanism.member.replaceAll('$', 'count += 1;');
  const look = '{ const shown = `${text} ${count}`; return shown; }';
  const made = `export type Needs = ${mechanism.needs};
let count = 0;
${seenHere ? STAYS : ''}export function seen(text: string): string ${look}
${declaration(mechanism, member)}
`;
  const given = (typing.give ?? '$').replace('$', `a${id}.make()`);
  const wait = mechanism.isAsync ? 'await ' : '';
  const steps = [`a${id}.seen('before')`, `${wait}b${id}.use(${given})`, `a${id}.seen('after')`];
  // What is called by one name may be meant in all programs.
  const own = (text: string) => text.replace(/\bgo\b/g, `go${id}`);
  return {
    files: { [`s${id}/a.ts`]: own(made), [`s${id}/b.ts`]: own(writeUse(description)) },
    imports: `import * as a${id} from './s${id}/a.js';\nimport * as b${id} from './s${id}/b.js';`,
    steps: steps
      .map((step) => `try { console.log(${id}, ${step}); } catch (error) { console.log(${id}, String(error)); }`)
      .join('\n'),
  };
}

function writeUse({ mechanism, use, typing, usedHere }: ImplicitDescription): string {
  const { isAsync } = mechanism;
  const { take, param, typeParameters = '' } = typing;
  const head = `${isAsync ? 'async ' : ''}function use${typeParameters}(${take ? 'given' : 'v'}: ${param})`;
  return `import { make, type Needs, type Thing } from './a.js';
export type Used = Needs | Thing | ReturnType<typeof make>;
${usedHere ? STAYS : ''}export ${head}: ${isAsync ? 'Promise<string>' : 'string'} {
  ${take ?? ''}
  const got: unknown = ${use};
  return typeof got;
}
`;
}
