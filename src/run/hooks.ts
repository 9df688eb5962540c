/** Module hooks that serve the overlay; they stand behind those of tsx, which compile what comes from here. */

import type { LoadFnOutput, LoadHookContext, ResolveFnOutput, ResolveHookContext } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expectRead, isLoaded } from './commonjs.ts';
import { type Overlay, RUNTIME_NAME, readOverlaid, readOverlay } from './overlay.ts';

type Next<Context, Result> = (specifier: string, context?: Partial<Context>) => Result;

let folder = '';
let overlay: Overlay | undefined;

/** In Node's thread for hooks, or in the program's own thread where Node can. The overlay need not be there yet. */
export function initialize(overlayFolder: string): void {
  folder = overlayFolder;
}

function getOverlay(): Overlay {
  overlay ??= readOverlay(folder);
  return overlay;
}

export function resolve<Result extends ResolveFnOutput | Promise<ResolveFnOutput>>(
  specifier: string,
  context: ResolveHookContext,
  next: Next<ResolveHookContext, Result>,
): Result | ResolveFnOutput {
  if (specifier !== RUNTIME_NAME) return next(specifier, context);
  return { url: pathToFileURL(getOverlay().runtime).href, format: 'commonjs', shortCircuit: true };
}

/** `import`. What is CommonJS is read by `require`, see commonjs.ts. */
export function load<Result extends LoadFnOutput | Promise<LoadFnOutput>>(
  url: string,
  context: LoadHookContext,
  next: Next<LoadHookContext, Result>,
): Result | LoadFnOutput {
  const source = url.startsWith('file:') && !isCommonJs(context) ? readOverlaid(getOverlay(), toFile(url)) : undefined;
  if (source === undefined) return next(url, context);
  return { format: context.format ?? 'module', source, shortCircuit: true };
}

/** `require` in the thread of the program: tsx reads a file by itself as soon as it knows which. */
export function resolveSync(
  specifier: string,
  context: ResolveHookContext,
  next: Next<ResolveHookContext, ResolveFnOutput>,
): ResolveFnOutput {
  const resolved = resolve(specifier, context, next);
  if (context.conditions.includes('require') && resolved.url.startsWith('file:')) {
    const file = toFile(resolved.url);
    if (!isLoaded(file)) expectRead(getOverlay(), file);
  }
  return resolved;
}

/** `import` in the thread of the program: CommonJS that comes this way is read by tsx once more. */
export function loadSync(
  url: string,
  context: LoadHookContext,
  next: Next<LoadHookContext, LoadFnOutput>,
): LoadFnOutput {
  const loaded = load(url, context, next);
  if (url.startsWith('file:') && isCommonJs(context)) expectRead(getOverlay(), toFile(url));
  return loaded;
}

function isCommonJs(context: LoadHookContext): boolean {
  return context.format?.startsWith('commonjs') ?? false;
}

/** tsx marks some modules with a query. */
function toFile(url: string): string {
  const clean = new URL(url);
  clean.search = '';
  clean.hash = '';
  return fileURLToPath(clean);
}
