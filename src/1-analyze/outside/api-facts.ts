import type { EffectKind } from '../../types.ts';

/** What a call of something that is not the program's own may do. */
export interface ApiFacts {
  /** `subject` is the API's name as people write it: `Math.random`, `fs.readFileSync`. */
  effects: { kind: EffectKind; subject: string }[];
  /** Calls functions it is given: before it returns (`now`), after it has returned (`later`), or not at all. */
  callsBack: 'never' | 'now' | 'later';
  /** Indices of the arguments whose own contents it may change. */
  changes: number[];
  /** May change the contents of what it is called on. */
  changesReceiver: boolean;
  /** `fresh`: a new object or a primitive (elements may be old ones); `deep`: new all the way down; `own`: maybe one of its own. */
  returns: 'receiver' | 'fresh' | 'deep' | 'own' | 'other';
  /** False if the table has nothing to say and the facts are the worst case. */
  known: boolean;
  /** What people call it, of a package: `parse of csv-parse`. */
  called?: string;
}

/**
 * A table says for names, separated by spaces, what they do, in words separated by spaces: an `EffectKind`, `now`, `later`,
 * `changes:<index>`, `self` (changes the receiver), `receiver`, `fresh`, `deep` (what it returns), or `pure` for nothing.
 * The name `*` is everything else, `Math.*` everything else below `Math`.
 */
export type ApiTable = Record<string, string>;

const EFFECTS: ReadonlySet<string> = new Set<EffectKind>([
  ...(['reads', 'writes', 'output', 'input', 'files', 'env', 'cwd', 'argv', 'place', 'net', 'time', 'random'] as const),
  ...(['zone', 'locale', 'formats', 'texts', 'dates', 'platform'] as const),
  ...(['timers', 'starts', 'exit', 'process', 'global', 'package', 'replaced', 'callback', 'throws'] as const),
]);

/** Kinds of effects that change nothing, and give the same as long as the process is in the same place. */
const UNSEEN: ReadonlySet<EffectKind> = new Set(['zone', 'locale', 'formats', 'texts', 'dates', 'platform']);

export function isUnseen(kind: EffectKind): boolean {
  return UNSEEN.has(kind);
}

/** One row by its exact name. */
export function compileTable(table: ApiTable): Map<string, string> {
  return new Map(
    Object.entries(table).flatMap(([names, words]) => names.split(' ').map((name) => [name, words] as const)),
  );
}

/** The row for a path, else that of the nearest `name.*` around it, else `*`. `name.*` includes `name` itself. */
export function findRow(rows: Map<string, string>, path: readonly string[]): string | undefined {
  const exact = rows.get(path.join('.'));
  if (exact !== undefined) return exact;
  for (let length = path.length; length >= 0; length--) {
    const row = rows.get([...path.slice(0, length), '*'].join('.'));
    if (row !== undefined) return row;
  }
  return undefined;
}

export function readRow(words: string, subject: string): ApiFacts {
  const facts: ApiFacts = {
    effects: [],
    callsBack: 'never',
    changes: [],
    changesReceiver: false,
    returns: 'other',
    known: true,
  };
  for (const word of words.split(' ')) applyWord(facts, word, subject);
  return facts;
}

/** What holds whichever of them is called; undefined for none. */
export function joinApis(list: readonly ApiFacts[]): ApiFacts | undefined {
  const [first, ...others] = list;
  return first && others.reduce(joinTwo, first);
}

function joinTwo(a: ApiFacts, b: ApiFacts): ApiFacts {
  const callsBack = [a, b].map((facts) => facts.callsBack);
  return {
    effects: [...a.effects, ...b.effects],
    callsBack: callsBack.includes('later') ? 'later' : callsBack.includes('now') ? 'now' : 'never',
    changes: [...new Set([...a.changes, ...b.changes])],
    changesReceiver: a.changesReceiver || b.changesReceiver,
    returns: a.returns === b.returns ? a.returns : 'other',
    known: a.known && b.known,
  };
}

function applyWord(facts: ApiFacts, word: string, subject: string): void {
  if (isEffectKind(word)) facts.effects.push({ kind: word, subject });
  else if (word === 'now' || word === 'later') facts.callsBack = word;
  else if (word === 'self') facts.changesReceiver = true;
  else if (word === 'receiver' || word === 'fresh' || word === 'deep') facts.returns = word;
  else if (word.startsWith('changes:')) facts.changes.push(Number(word.slice('changes:'.length)));
  else if (word !== 'pure') throw new Error(`Unknown word in a table of effects: ${word}`);
}

function isEffectKind(word: string): word is EffectKind {
  return EFFECTS.has(word);
}

/** Nothing is known: may do anything. */
export function unknownApi(subject: string): ApiFacts {
  return { ...readRow('process later', subject), changesReceiver: true, known: false };
}
