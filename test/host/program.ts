/** A program for tests: an app that calls the runtime's stubs by hand, and bundled units, in a folder of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import type { ManifestUnit } from '../../src/types.ts';
import type { StubCut, StubPlan } from '../../templates/runtime/plan.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export interface Program {
  folder: string;
  /** Runs a CommonJS script in a process of its own; `cut`, `cutPromise` and the rest are there. */
  run(script: string, env?: Record<string, string>): Promise<Ended>;
  remove(): void;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface ProgramInput {
  target?: StubPlan['target'];
  fallback?: StubPlan['fallback'];
  units: Record<string, UnitInput>;
}

export interface UnitInput {
  /** TypeScript; `handle`, `rich`, `output`, `restore` and `surroundings` are imported already. */
  source: string;
  cuts: Partial<StubCut>[];
  settings?: Partial<StubPlan['units'][number]['settings']>;
  names?: string[];
  deployed?: StubPlan['units'][number]['deployed'];
  claims?: true;
  places?: StubPlan['units'][number]['places'];
  hedge?: number;
}

export async function createProgram({ target = 'local', fallback, units }: ProgramInput): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), 'faasify-test-'));
  await buildRuntime(folder);
  const plan: StubPlan = { target, ...(fallback && { fallback }), cuts: [], units: [] };
  for (const [name, unit] of Object.entries(units)) {
    await bundleUnit(folder, target, name, unit.source);
    const settings = { memory: 128, timeout: 10, ...unit.settings };
    const [rich, tables] = [/\brich\b/, /\btables\b/].map((name) => name.test(unit.source)) as [boolean, boolean];
    const variables = unit.names ?? [];
    const deployed = unit.deployed && { deployed: unit.deployed };
    const claims = unit.claims && { claims: unit.claims };
    const { places, hedge } = unit;
    const at = { ...(places && { places }), ...(hedge !== undefined && { hedge }) };
    const given = { ...claims, ...at, classes: [], sites: [], variables };
    plan.units.push({ name, bundle: `${name}.mjs`, settings, ...deployed, rich, tables, ...given });
    for (const cut of unit.cuts) plan.cuts.push(completeCut(name, cut));
  }
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
  return {
    folder,
    run: (script, env = {}) => runScript(folder, script, env),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function completeCut(unit: string, cut: Partial<StubCut>): StubCut {
  return {
    fn: 'm#f',
    unit,
    arity: null,
    changes: { args: [], self: false },
    stateIn: [],
    stateOut: [],
    env: [],
    takes: [],
    exits: false,
    ambient: [],
    repeatable: false,
    isAsync: false,
    waits: false,
    contract: 'c1',
    ...cut,
  };
}

/** As `npm run build:runtime` does. */
export async function buildRuntime(outdir: string): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: {
      index: 'templates/runtime/index.ts',
      link: 'templates/runtime/link.ts',
      invoke: 'templates/runtime/invoke.ts',
      'invoke-sdk': 'templates/runtime/invoke-sdk.ts',
      host: 'src/host/host.ts',
      instance: 'src/host/instance.ts',
    },
    bundle: true,
    external: ['@aws-sdk/*'],
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    outdir,
    outExtension: { '.js': '.cjs' },
    logLevel: 'error',
  });
}

/** Bundles a handler the way units are bundled. */
export async function bundleUnit(folder: string, target: string, name: string, source: string): Promise<string> {
  const runtime = join(ROOT, 'templates', 'runtime');
  const imports = [
    `import { output } from '${runtime}/output.ts';`,
    `import { rich } from '${runtime}/rich.ts';`,
    `import { restore } from '${runtime}/restore.ts';`,
    `import { surroundings } from '${runtime}/surroundings.ts';`,
    `import { http } from '${runtime}/http.ts';`,
    `import { timed } from '${runtime}/timed.ts';`,
    `import { share } from '${runtime}/registry.ts';`,
    `import { handle } from '${join(ROOT, 'templates', target === 'lambda' ? 'lambda/handler.ts' : 'runtime/handle.ts')}';`,
  ];
  const outfile = join(folder, `${name}.mjs`);
  await build({
    stdin: { contents: [...imports, source].join('\n'), loader: 'ts', resolveDir: ROOT, sourcefile: `${name}.ts` },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    keepNames: true,
    sourcemap: 'linked',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

function runScript(folder: string, script: string, env: Record<string, string>): Promise<Ended> {
  const file = join(folder, `app-${Math.random().toString(36).slice(2)}.cjs`);
  writeFileSync(
    file,
    `const { cut, cutAsync, cutPromise, share, parallel, sequence } = require('./index.cjs');\n(async () => {\n${script}\n})();`,
  );
  const child = spawn(process.execPath, [file], { env: { ...process.env, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((done) => {
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

/** The manifest that `faasify serve` reads, for units that are described as far as it matters. */
export function writeManifest(
  folder: string,
  units: (Pick<ManifestUnit, 'name' | 'bundle' | 'functions'> & Partial<ManifestUnit>)[],
): void {
  const files = { source: 'handler.ts', map: 'handler.mjs.map', zip: 'handler.zip' };
  const common = { ...files, bytes: 1000, hash: 'ab'.repeat(32), settings: { memory: 128, timeout: 5 } };
  const lists = { entries: [], functions: [], cuts: [], runtime: [], problems: [] };
  const manifest = {
    version: 1,
    target: 'lambda',
    targets: ['lambda'],
    ...lists,
    units: units.map((unit) => ({ ...common, ...unit })),
  };
  writeFileSync(join(folder, 'faasify.json'), JSON.stringify(manifest));
}
