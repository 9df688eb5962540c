/** Finds the handler as Lambda does: `path/to/module.name`, `module.a.b`. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Handler } from './callbacks.ts';
import { InitError } from './errors.ts';

const EXTENSIONS = ['', '.js', '.mjs', '.cjs'];

export async function loadHandler(root: string, name: string): Promise<Handler> {
  const { folder, module, path } = parse(name);
  const loaded = await loadModule(root, folder, module);
  const handler = findIn(loaded, path) ?? findIn(loaded.default, path);
  if (typeof handler === 'function') return handler as Handler;
  const problem = handler ? 'is not a function' : 'is undefined or not exported';
  throw new InitError('Runtime.HandlerNotFound', `${name} ${problem}`);
}

function parse(name: string): { folder: string; module: string; path: string[] } {
  const file = basename(name);
  const [, module = '', path = ''] = /^([^.]*)\.(.*)$/.exec(file) ?? [];
  if (name.includes('..'))
    throw new InitError('Runtime.MalformedHandlerName', `'${name}' is not a valid handler name.`);
  if (path === '') throw new InitError('Runtime.MalformedHandlerName', 'Bad handler');
  return { folder: name.slice(0, name.length - file.length), module, path: path.split('.') };
}

async function loadModule(root: string, folder: string, module: string): Promise<Record<string, unknown>> {
  const path = resolve(root, folder, module);
  const require = createRequire(join(root, 'package.json'));
  try {
    const file = EXTENSIONS.map((extension) => path + extension).find((candidate) => existsSync(candidate));
    if (file) return await import(pathToFileURL(file).href);
    return require(require.resolve(module, { paths: [root, join(root, folder)] }));
  } catch (error) {
    throw explain(error);
  }
}

function explain(error: unknown): unknown {
  if (error instanceof SyntaxError) return new InitError('Runtime.UserCodeSyntaxError', String(error), error);
  const isMissing = error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
  return isMissing ? new InitError('Runtime.ImportModuleError', String(error), error) : error;
}

function findIn(module: unknown, path: string[]): unknown {
  return path.reduce<unknown>((value, key) => (Object(value) as Record<string, unknown>)[key], module);
}
