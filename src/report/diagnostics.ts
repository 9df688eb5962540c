/**
 * Every code that a user can meet, with the words it stands under: the heading of a group of functions, and the heading in
 * the README. Published codes never change.
 */
export const DIAGNOSTICS = {
  // Why a function stays
  input: 'reads input',
  files: 'uses files',
  'env-all': 'reads the whole environment',
  cwd: 'uses the working directory',
  argv: 'reads the command line',
  net: 'uses the network',
  timers: 'leaves a timer running',
  exit: 'ends the process',
  process: 'is bound to this process',
  global: 'changes something global',
  package: 'calls a package that may keep state of its own',
  unreachable: 'cannot be named from outside',
  generator: 'is a generator',
  'object-this': 'uses `this` of an object that is no instance of a class',
  shape: 'takes or returns what cannot cross',
  'returns-function': 'returns a function',
  'foreign-class': 'takes or returns an instance of a class of a package',
  'promise-throws': 'may throw before it returns its promise',
  'shared-while-waiting': 'waits while others use what it uses',
  'state-shape': 'needs state that cannot travel',
  'state-unknown': 'uses state that has no name',
  'no-await': 'cannot be awaited where it is called',
  nested: 'is written inside a function that stays',
  'rewrite-failed': 'could not be rewritten: a bug of faasify',
  'bundle-failed': 'cannot be bundled',
  // Why a function stays by rule
  accessor: 'accessor',
  constructor: 'constructor',
  trivial: 'does nothing but give or take a value',
  test: 'belongs to a file of tests',
  off: 'switched off with @faas off',
  'not-selected': 'not selected',
  // What a crossing needs
  inside: 'goes along with the function it is written in',
  blocking: 'its caller waits',
  self: 'its object travels',
  state: 'module state travels',
  restore: 'what it changes is written back',
  output: 'what it prints is printed here',
  callback: 'functions cross by name',
  env: 'environment variables travel',
  // About the program as a whole
  'type-error': 'the program has type errors',
  'no-tsconfig': 'no tsconfig',
  tsconfig: 'tsconfig',
  jsx: 'JSX stays as it is',
  'no-functions': 'nothing to move',
  'nothing-moves': 'nothing moves',
  'glob-matches-nothing': 'a glob matches no function',
  'annotation-key': 'unknown key in @faas',
  'annotation-value': 'unreadable value in @faas',
  'calls-block': 'calls block instead of being awaited',
  'calls-interleave': 'other code may run during a call',
  'unit-too-large': 'larger than the provider takes',
  'annotated-stays': 'annotated, but stays',
  'included-stays': 'asked for, but stays',
  stays: 'stays',
  // Why faasify could not run
  'path-not-found': 'no such path',
  'not-typescript': 'not TypeScript',
  'no-sources': 'no TypeScript source',
  unreadable: 'unreadable file',
  syntax: 'syntax error',
  'out-folder': 'output folder',
  'config-key': 'unknown key in the configuration',
  'config-value': 'wrong value in the configuration',
  'config-load': 'configuration cannot be loaded',
  'option-value': 'wrong value of an option',
  usage: 'unknown command or option',
  'nested-remote': 'not possible yet',
} as const satisfies Record<string, string>;

/** Words for a code; the code itself where there are none. */
export function getHeading(code: string): string {
  return Object.hasOwn(DIAGNOSTICS, code) ? DIAGNOSTICS[code as keyof typeof DIAGNOSTICS] : code;
}
