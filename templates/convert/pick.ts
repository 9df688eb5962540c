/** The handler among what a module exports. */
import { isRecord, type Module } from './form.ts';

// biome-ignore lint/complexity/noBannedTypes: whatever the convention says
export type Handler = Function;

/** An export by its name, also where a module of CommonJS has it as a member of `module.exports`. */
export function findExport(module: Module, name: string): unknown {
  const whole = module.default;
  const inner = isRecord(whole) || typeof whole === 'function' ? Reflect.get(whole, name) : undefined;
  if (name === 'default') return inner ?? whole;
  return module[name] ?? inner;
}

export function getFunction(module: Module, name: string): Handler {
  const found = findExport(module, name);
  if (typeof found === 'function') return found;
  const names = Object.keys(module).filter((key) => typeof module[key] === 'function');
  throw new TypeError(`The handler exports no function ${name}${names.length > 0 ? `, but ${names.join(', ')}` : ''}`);
}
