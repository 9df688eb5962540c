import picomatch from 'picomatch';
import type { FunctionFacts, Problem, Reason, Settings } from '../types.ts';
import { isClosure } from './captured.ts';
import { isStartedFromOutside } from './entries.ts';
import { getFact, getQualifiedName, type Program } from './program.ts';
import {
  reasonAccessor,
  reasonConstructor,
  reasonInline,
  reasonNotSelected,
  reasonOff,
  reasonTest,
  reasonTrivial,
} from './reasons.ts';

/** Why a function stays whatever it does: undefined for one that may move if it can. */
export type Selector = (fn: FunctionFacts) => Reason | undefined;

export function createSelector(program: Program, settings: Settings): Selector {
  const isChosen = createChoice(program, settings);
  const isIncluded = settings.include.length === 0 ? () => true : createMatcher(program, settings.include);
  const isExcluded = createMatcher(program, settings.exclude);
  return (fn) => {
    if (fn.annotation?.off) return reasonOff(fn.annotation.at);
    const rule = findRule(program, fn);
    if (rule) return rule;
    if (isExcluded(fn)) return reasonNotSelected(fn, `--exclude ${settings.exclude.join(' ')}`);
    if (!isIncluded(fn)) return reasonNotSelected(fn, `--include ${settings.include.join(' ')}`);
    return isChosen.test(fn) ? undefined : reasonNotSelected(fn, isChosen.words);
  };
}

/** Globs that match no function at all: probably a typing mistake. */
export function findIdleGlobs(program: Program, settings: Settings): Problem[] {
  const globs = settings.select.kind === 'globs' ? settings.select.globs : [];
  return [...settings.include, ...settings.exclude, ...globs]
    .filter((glob) => !program.analysis.functions.some(createMatcher(program, [glob])))
    .map((glob) => ({
      code: 'glob-matches-nothing',
      severity: 'warning',
      message: `No function matches ${glob}. Globs are <file>[#<function>], from the source folder.`,
    }));
}

function findRule(program: Program, fn: FunctionFacts): Reason | undefined {
  if (getFact(program.modules, fn.module).isTest) return reasonTest(fn);
  if (fn.kind === 'getter' || fn.kind === 'setter') return reasonAccessor(fn);
  if (fn.kind === 'constructor') return reasonConstructor(fn);
  if (fn.isInline && isClosure(fn) && fn.annotation === undefined) return reasonInline(fn);
  return fn.isTrivial && !isStartedFromOutside(fn) ? reasonTrivial(fn) : undefined;
}

interface Choice {
  test: (fn: FunctionFacts) => boolean;
  /** What was asked for, for the reason of those that are not chosen. */
  words: string;
}

function createChoice(program: Program, { select }: Settings): Choice {
  const isAnnotated = (fn: FunctionFacts) => fn.annotation !== undefined && !fn.annotation.off;
  switch (select.kind) {
    case 'all':
      return { test: () => true, words: '' };
    case 'exported':
      return { test: (fn) => isExported(program, fn), words: '--select exported' };
    case 'annotated':
      return { test: isAnnotated, words: '--select annotated' };
    case 'globs':
      return { test: createMatcher(program, select.globs), words: `--select ${select.globs.join(' ')}` };
    case 'auto':
      return program.analysis.functions.some(isAnnotated)
        ? { test: isAnnotated, words: 'other functions of the program are annotated with @faas, this one is not' }
        : { test: () => true, words: '' };
  }
}

function isExported(program: Program, fn: FunctionFacts): boolean {
  if (fn.reach.kind === 'default') return true;
  if (fn.reach.kind === 'none') return false;
  const { root } = fn.reach;
  const targets = Object.values(getFact(program.modules, fn.module).exports);
  return targets.some((target) => target.kind === 'local' && target.name === root);
}

/** `src/*.ts`, `src/cart.ts#Cart.*`, `#main`: file glob, qualified name glob, each may be left out. */
function createMatcher(program: Program, globs: readonly string[]): (fn: FunctionFacts) => boolean {
  const matchers = globs.map((glob) => {
    const [file = '', name = ''] = glob.split('#', 2);
    return { isFile: picomatch(file || '**', { dot: true }), isName: picomatch(name || '**', { dot: true }) };
  });
  return (fn) => {
    const { file } = getFact(program.modules, fn.module);
    return matchers.some(({ isFile, isName }) => isFile(file) && isName(getQualifiedName(fn.id)));
  };
}
