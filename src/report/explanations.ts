/**
 * What stands behind the verdict of a function, at more length than `faasify check` has room for: `faasify explain <code>`,
 * and the page of codes.
 */

export interface Explanation {
  /** What the program could notice, were it otherwise. */
  why: string;
  /** What can be done to the program, or with an option, if the function is to move. */
  help?: string;
}

const PASS_IN = 'Read it in a function that stays, and pass what was read as an argument.';

export const KEPT: Readonly<Record<string, Explanation>> = {
  input: {
    why: 'What comes in on stdin comes in once, here. A unit has none, and reading it over there would take it from nobody.',
    help: PASS_IN,
  },
  files: {
    why: 'The files of this machine are not where the unit is. Only a file goes along whose path is the same each time, begins with where the source lies, and which nothing in the program writes.',
    help: `${PASS_IN} Or read it by \`new URL('./data.json', import.meta.url)\` or \`join(__dirname, 'data.json')\`.`,
  },
  'env-all': {
    why: 'Variables that are read by their names go along with each call. The whole environment does not: there are keys in it that belong to this machine.',
    help: 'Read variables by their names: `process.env.LEVEL`.',
  },
  argv: {
    why: 'The command line is read where it is; who changes it, or hands it on to others who may, has to do that here.',
    help: PASS_IN,
  },
  place: {
    why: 'The file of a unit lies elsewhere, so `import.meta.url` and `__filename` would have other values.',
    help: 'Take the path as a parameter.',
  },
  net: {
    why: 'Servers and sockets belong to the process that has opened them.',
    help: 'Leave the connection in a function that stays, and move what is computed from what came in.',
  },
  timers: {
    why: 'An instance may be frozen or gone when the call has its reply; a timer that is still running would never fire, or fire in another call.',
    help: 'Wait for the timer before the function returns.',
  },
  starts: {
    why: 'What goes on after the reply (a promise that nobody waits for) would run in an instance that may be frozen or gone.',
    help: 'Return or await the promise.',
  },
  ticks: {
    why: 'What it does depends on which turn of the event loop it is called in, and that is another one over there.',
  },
  exit: {
    why: 'It ends the process, and does something else that a reply would have to bring home first and cannot.',
    help: 'Return a code, and end the process where it is called.',
  },
  process: {
    why: 'It uses what only this process has: its threads, signals, memory, handles, diagnostics.',
  },
  global: {
    why: 'What it changes is seen by all code of the process, which a change in another process is not.',
    help: 'Keep the state in a variable of a module: that travels.',
  },
  replaced: {
    why: 'A decorator, or an assignment such as `C.prototype.m = …`, puts something else behind the name. The stub would take its place.',
    help: 'Put `@faas` before the method if what the decorator adds may run in front of the stub.',
  },
  inherited: {
    why: 'Instances have what stands on the prototype of their class. A unit has the class as it is written, with what its own module puts there when it is loaded. Where functions stand behind a field (`Object.defineProperty`, decorators), or an object that all instances share, nobody can tell what a read leads to. Likewise what functions put on classes and functions that they are given.',
    help: 'Declare a field, or an accessor, in the class; or put a primitive value there at the top level of the module of the class.',
  },
  'function-text': {
    why: 'Behind the name of a function that crosses stands a text that makes its calls cross, and the code of a unit is put together anew: what the program reads would be neither what is written nor the same on both sides. A function that only may read one, and of whose call nothing remains but its reply, moves: a call that does is made here instead.',
    help: 'Compare functions themselves, or by `name` and `length`: those stay the same.',
  },
  stack: {
    why: 'The stack of an error that is made in a unit ends at the edge of the unit; the lines of who called are put behind it when it comes back. Code of the unit that counts or picks its lines would find others.',
    help: 'Pass the error or its whole stack on, and take it apart in a function that stays.',
  },
  loads: {
    why: 'What is loaded while the function runs is not known where it is named by an expression or by a path of the tsconfig, and nobody can follow what `require(…)` gives. With `--bodies drop` there is nothing that could load it here.',
    help: 'Import it at the top of the file (in CommonJS also by `import shapes = require("./shapes")`), or write `await import("./shapes")`.',
  },
  package: {
    why: 'The code of the package changes something that outlives the call, or could not be understood. In a unit it would have a state of its own.',
    help: 'Call the package in a function that stays, and pass on what it gives. The reason names the place in the package.',
  },
  unreachable: {
    why: 'A unit imports the module and looks the function up from its top level. This one cannot be named from there.',
    help: 'Give it a name that the module can see: a function, a method of a class, a member of a constant object.',
  },
  generator: {
    why: 'A generator is pulled over the cut one step at a time, or crosses only where it ends at once; the reason says which of its steps could not be made so.',
  },
  'object-this': {
    why: 'Its `this` is an object that only this process can tell from another one like it.',
    help: 'Make it a method of a class, or a function that takes the object.',
  },
  'mixed-modes': {
    why: 'A unit is one file, which is in strict mode or not.',
    help: 'Set `strict` or `alwaysStrict` in the tsconfig.',
  },
  shape: {
    why: 'A value of this type lives in this process: a connection, a stream, a Proxy, a handle. A copy would not be the same thing.',
    help: 'Take the parts that are data.',
  },
  'returns-function': {
    why: 'A function that comes home is made here again, from its text and what it captured. The reason says why that would not be the same.',
    help: 'A function that gives a promise can be made `async`: then a call whose result is not known runs again here.',
  },
  'changes-function': {
    why: 'Properties that it puts on a function would be on the copy over there.',
  },
  'foreign-class': {
    why: 'An instance crosses as its class and its fields. What makes this one what it is lies outside its fields, or its class cannot be found again.',
    help: 'Take the parts that are data.',
  },
  'promise-throws': {
    why: 'Here the error comes at once, before there is a promise; a call that is under way could only reject.',
    help: 'Make the function `async`: then its errors are rejections here, too.',
  },
  'no-fallback': {
    why: 'With `--fallback local` what did not reach its unit runs here. By then such a function has returned: only an `async` one can still begin.',
    help: 'Make the function `async`.',
  },
  'shared-while-waiting': {
    why: 'While it waits, other code of the program may change what it works with, or look at it half-way. Over there it would see neither.',
    help: 'Pass what it needs as arguments that nothing else changes, and return what it makes. Or await what is started at the place that the reason names.',
  },
  'type-unwritten': {
    why: 'With `--bodies drop` the body is gone from which TypeScript infers the type of the result.',
    help: 'Write the type of the result down.',
  },
  'printed-changes': {
    why: 'What is printed is shown here, behind the call, and showing an object runs code of the program that changes it.',
  },
  'state-shape': {
    why: 'A variable of a module goes along with each call that needs it. What this one holds cannot.',
    help: 'Hold data in it, or make the thing inside the function.',
  },
  'state-unknown': {
    why: 'The state is in an object or a closure that no name of the module leads to.',
    help: 'Hold it in a variable of the module.',
  },
  'no-await': {
    why: 'Its call has to be awaited, and somewhere on the way to it no `await` can stand.',
    help: 'Use `--calls auto` or `blocking`: then such calls block.',
  },
  'promise-or-not': {
    why: 'Whether it returns a promise is known only when it has run, and the stub has to know before; an object of a class of its own that can be awaited would come as what it stands for.',
    help: 'Make it `async`, or never return a promise.',
  },
  nested: {
    why: 'It is written inside a function that stays, and what it uses from there cannot go along.',
    help: 'Move it out, and pass what it uses.',
  },
  'rewrite-failed': {
    why: 'The rewritten code did not pass the type check, so the function was left as it is. That is a fault of faasify.',
    help: 'Please report it, with the lines around it.',
  },
  'bundle-failed': {
    why: 'The bundler cannot make one file of what the function needs; the message is the bundler’s own.',
  },
  unsupported: {
    why: 'The provider’s runtime lacks something that the function uses, or refuses it.',
    help: 'Choose another target for it: `@faas target=…`.',
  },
  mocked: {
    why: 'Tests replace a module that it may use, and in a unit it would have the real one.',
  },
};

export const KEPT_BY_RULE: Readonly<Record<string, Explanation>> = {
  accessor: { why: 'Reading a property should not be a call over the network; its object has it anyway.' },
  inline: {
    why: 'The call that it is written in (`list.map(…)`, `new Promise(…)`) calls it before it returns, and it goes where that is.',
    help: '`/** @faas */` in front of it moves it by itself.',
  },
  constructor: { why: 'Objects are made where they live; a unit that gets one has its class.' },
  trivial: { why: 'A call costs more than the function does.' },
  test: {
    why: 'Files of tests, by their name or folder, call the program from outside.',
    help: '`faasify verify --calls async --src src test` rewrites them, too.',
  },
  off: { why: 'The annotation says so.' },
  'not-selected': {
    why: 'With `--include`, `--exclude`, `--select` or `@faas` somewhere in the program, only what is asked for moves.',
  },
};

export const REPAIRED: Readonly<Record<string, Explanation>> = {
  inside: { why: 'The function that it is written in moves, and takes it along.' },
  blocking: {
    why: 'Between the call and the entry of the program there is a place where no `await` can stand, or code from outside calls it. The thread waits for the reply.',
    help: 'With `--calls auto` calls are awaited wherever the whole way allows it.',
  },
  self: { why: 'The object goes along with its class, and what changed of it comes back.' },
  captures: { why: 'Variables of the functions around it go along, and come back if it changes them.' },
  state: { why: 'Variables of the module go along as they are at the call, and come back if it changes them.' },
  'loaded-here': {
    why: 'A module that the function loads when it runs (`await import("./shapes")`) is loaded here, by the call that comes to it first, with all that it does then. Calls cross when it is there: what they bring home may be of it.',
  },
  restore: {
    why: 'Objects that it changes are changed here in the same way, the same objects, before the caller goes on.',
  },
  output: { why: 'What it prints comes with the reply, or while it runs, and is printed here in the same order.' },
  callback: {
    why: 'Functions cross as a place in the program and what they captured. One that comes from outside the program runs here, and with it the call, if the function may call it.',
  },
  'may-start': {
    why: 'What it calls may turn out to give a promise that nobody waits for. The unit sees when that happens, and that call runs here.',
  },
  env: { why: 'The values that these variables have here go along with each call.' },
  surroundings: {
    why: 'It asks for the working directory, the command line or the clock of this process, and is told.',
  },
  'exit-here': { why: 'When it ends the process, this one ends, behind what the function has printed and changed.' },
};

/** Undefined for what is said in full where it is said: errors carry their place and what to do. */
export function findExplanation(code: string): Explanation | undefined {
  const group = [KEPT, KEPT_BY_RULE, REPAIRED].find((codes) => Object.hasOwn(codes, code));
  return group?.[code];
}
