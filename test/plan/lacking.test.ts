import { describe, expect, it } from 'vitest';
import { plan } from '../../src/2-plan/plan.ts';
import { provider as deno } from '../../src/providers/deno.ts';
import { provider as http } from '../../src/providers/http.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { provider as workers } from '../../src/providers/workers.ts';
import type { Analysis, FunctionFacts } from '../../src/types.ts';
import { at, buildAnalysis, buildCall, buildFunction, buildModule, buildStatement, defaults } from './build.ts';

/** The reasons for which `m#f` stays. */
function judge(provider: Provider, fn: Partial<FunctionFacts>, parts: Partial<Analysis> = {}): string[] {
  const functions = [buildFunction('m#f', fn), ...(parts.functions ?? [])];
  const settings = { ...defaults, target: provider.name, targets: [provider.name] };
  const { functions: planned } = plan(buildAnalysis({ ...parts, functions }), settings, { providers: [provider] });
  return planned.flatMap(({ id, reasons }) =>
    id === 'm#f' ? reasons.map(({ code, message }) => `${code}: ${message}`) : [],
  );
}

const asked = { effects: [{ kind: 'ambient' as const, subject: '-navigator', at, via: [] }] };
const measuring = { effects: [{ kind: 'time' as const, subject: 'performance.now', at, via: [] }] };
const dated = { effects: [{ kind: 'time' as const, subject: 'Date.now', at, via: [] }] };

function importing(specifier: string, name: string, mentions = ['used']) {
  const bindings = [{ name, local: 'used', typeOnly: false, span: { start: 0, end: 0 } }];
  return buildModule('m', {
    statements: [
      buildStatement({ kind: 'import', specifier, bindings }),
      buildStatement({ declares: ['f'], mentions: ['helper'] }),
      buildStatement({ declares: ['helper'], mentions }),
    ],
  });
}

describe('what a provider lacks', () => {
  it('keeps what asks for globals that are others there', () => {
    expect(judge(workers, asked)).toEqual([
      'unsupported: cannot be on Cloudflare Workers: it asks whether a global is there, and others are (-navigator)',
    ]);
    expect(judge(deno, asked)).toHaveLength(1);
    expect(judge(http, asked)).toEqual([]);
  });

  it('keeps what measures time where it stands still, but not what asks for the date', () => {
    expect(judge(workers, measuring)).toHaveLength(1);
    expect(judge(workers, dated)).toEqual([]);
    expect(judge(deno, measuring).filter((reason) => reason.startsWith('unsupported'))).toEqual([]);
  });

  it('keeps what uses a module that is only a stub, also through others', () => {
    const modules = [importing('node:v8', 'default')];
    expect(judge(workers, {}, { modules })).toEqual([
      'unsupported: cannot be on Cloudflare Workers: it uses node:v8, which is not there, or only by its name',
    ]);
    expect(judge(deno, {}, { modules })).toEqual([]);
    const callee = buildFunction('m#helper');
    const calls = [buildCall('m#helper', 5, { caller: 'm#f' })];
    expect(judge(workers, { calls }, { modules, functions: [callee] })).toHaveLength(1);
  });

  it('tells names of one module apart', () => {
    expect(judge(workers, {}, { modules: [importing('node:util', 'parseArgs')] })).toHaveLength(1);
    expect(judge(workers, {}, { modules: [importing('node:util', 'format')] })).toEqual([]);
    expect(judge(workers, {}, { modules: [importing('util', 'parseArgs', [])] })).toEqual([]);
  });

  it('keeps what runs without strict mode, and what reads files beside it', () => {
    expect(judge(workers, {}, { modules: [buildModule('m', { isSloppy: true })] })).toHaveLength(1);
    const assets = [{ span: { start: 0, end: 1 }, path: 'a.json', files: ['a.json'] }];
    expect(judge(workers, {}, { modules: [buildModule('m', { assets })] })).toHaveLength(1);
    expect(judge(deno, {}, { modules: [buildModule('m', { assets })] })).toEqual([]);
  });

  it('sees in bundles what packages do', () => {
    const [[pattern] = [/$^/]] = workers.lacks?.code ?? [];
    const found = ["new URL('./a.json',import.meta.url)", 'f(import.meta.url)', 'import.meta.dirname'];
    const fine = ["const require=r(import.meta.url??'file:///handler.mjs')", "c(import.meta.url,{first:'m#f'})"];
    expect(found.filter((code) => !pattern.test(code))).toEqual([]);
    expect(fine.filter((code) => pattern.test(code))).toEqual([]);
  });
});
