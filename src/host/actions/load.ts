/**
 * Runs in every process of an action: finds its function and calls it as the runtime of OpenWhisk does.
 * https://github.com/apache/openwhisk-runtime-nodejs/blob/master/core/nodejsActionBase/runner.js
 */
import { Console } from 'node:console';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';

export interface LoadedAction {
  /** Where its code lies: `action.js`, or what was in the zip. */
  folder: string;
  binary: boolean;
  /** `main` */
  main: string;
  /** Why there is no code. */
  problem?: string;
}

export interface ActionEvent {
  value: Record<string, unknown>;
  env: Record<string, string>;
}

/** What came of it: a result, or why there is none. */
export type ActionAnswer = { result: object } | { failed: string };

type Main = (params: object) => unknown;

/** A handler for a runtime of Lambda. */
export function loadAction(action: LoadedAction): (event: ActionEvent) => Promise<ActionAnswer> {
  let main: Main | undefined;
  clearProcess();
  return async ({ value, env }) => {
    Object.assign(process.env, env);
    try {
      main ??= findMain(action);
    } catch (error) {
      return { failed: `Initialization has failed due to: ${describe(error)}` };
    }
    return run(main, value);
  };
}

/** Nothing here is of Lambda, as far as the function can see. */
function clearProcess(): void {
  for (const name of Object.keys(process.env)) {
    if (/^(AWS_|LAMBDA_|_HANDLER|_X_AMZN)/.test(name)) delete process.env[name];
  }
  const plain = new Console(process.stdout, process.stderr);
  for (const name of ['trace', 'debug', 'info', 'log', 'warn', 'error'] as const) console[name] = plain[name];
}

function findMain({ folder, binary, main, problem }: LoadedAction): Main {
  if (problem !== undefined) throw problem;
  if (!/^[\w$]+(\.[\w$]+)*$/.test(main)) throw `Action entrypoint '${main}' is not a function.`;
  process.chdir(folder);
  const found = binary ? findInFolder(folder, main) : findInFile(folder, main);
  if (typeof found !== 'function') throw `Action entrypoint '${main}' is not a function.`;
  return found as Main;
}

function findInFolder(folder: string, main: string): unknown {
  if (!['package.json', 'index.js'].some((file) => existsSync(join(folder, file)))) {
    throw 'Zipped actions must contain either package.json or index.js at the root.';
  }
  return find(createRequire(join(folder, 'package.json'))(folder), main);
}

/** A function that the text declares, or that it exports. */
function findInFile(folder: string, main: string): unknown {
  const file = join(folder, 'action.js');
  const text = readFileSync(file, 'utf8');
  const look = `\n;try { return ${main}; } catch (error) { if (error?.name !== 'ReferenceError') throw error; }`;
  const names = ['require', 'module', 'exports', '__filename', '__dirname'];
  const module = { exports: {} };
  const { exports } = module;
  const declared = compileFunction(`${text}${look}`, names, { filename: file })(
    ...[createRequire(file), module, exports, file, folder],
  );
  return declared ?? find(module.exports, main);
}

function find(from: unknown, main: string): unknown {
  return main.split('.').reduce<unknown>((value, key) => Object(value)[key], from);
}

/** What it throws ends the container; what it rejects with is its result, as an error. */
async function run(main: Main, params: object): Promise<ActionAnswer> {
  let given: unknown;
  try {
    given = main(params);
  } catch (error) {
    console.error(error);
    return { failed: `An error has occurred: ${error}` };
  }
  try {
    const result = (await given) ?? {};
    if (typeof result === 'object') return { result };
    return { failed: 'The action did not return a dictionary or array.' };
  } catch (error) {
    return { result: { error: serialize(error) } };
  }
}

function serialize(error: unknown): unknown {
  if (!error) return {};
  if (!(error instanceof Error)) return error;
  const { name, message, stack } = error;
  return Object.assign({ name, message, stack }, error);
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.stack}` : `${error}`;
}
