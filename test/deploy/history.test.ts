import { describe, expect, test } from 'vitest';
import {
  chooseDeploymentId,
  chooseTime,
  extendHistory,
  findPrevious,
  formatHistory,
  listDeployments,
  makeDeploymentId,
  parseHistory,
  type Release,
} from '../../src/5-deploy/history.ts';
import type { Alias, Aliases } from '../../src/5-deploy/state.ts';

/** An app as deployments leave it behind, each given as the versions it makes live. */
function deployAll(...releases: Record<string, string>[]): { aliases: Aliases; ids: string[] } {
  const aliases = new Map<string, Alias>();
  const ids = releases.map((changes, index) => {
    const live: Release = new Map([...aliases].map(([key, { version }]) => [key, version]));
    const id = makeDeploymentId(1000 + index, new Map([...live, ...Object.entries(changes)]));
    moveTo(aliases, id, Object.entries(changes));
    return id;
  });
  return { aliases, ids };
}

function moveTo(aliases: Map<string, Alias>, deployment: string, moves: Iterable<readonly [string, string]>): void {
  for (const [key, version] of moves) {
    const history = extendHistory(aliases.get(key)?.history ?? [], { deployment, version });
    aliases.set(key, { version, revision: '', history: parseHistory(formatHistory(history)) });
  }
}

const ALL = new Map(['r/a', 'r/b', 'r/c'].map((key) => [key, Array.from({ length: 40 }, (_, index) => `${index}`)]));
const idsOf = (aliases: Aliases, versions = ALL) => listDeployments(aliases, versions).map(({ id }) => id);

describe('the history of an app', () => {
  test('is read back as it was written, and anything else is none', () => {
    const history = [{ deployment: makeDeploymentId(5, new Map()), version: '3' }];
    expect(parseHistory(formatHistory(history))).toEqual(history);
    for (const text of [undefined, '', 'mine', 'faasify x=', 'faasify a-b=1x']) expect(parseHistory(text)).toEqual([]);
  });

  test('fits into a description, however often is deployed', () => {
    const { aliases } = deployAll(...Array.from({ length: 30 }, (_, index) => ({ 'r/a': `${100000 + index}` })));
    const { history = [] } = aliases.get('r/a') ?? {};
    expect(history).toHaveLength(9);
    expect(formatHistory(history).length).toBeLessThanOrEqual(256);
  });

  test('knows every deployment, also of functions that it did not change', () => {
    const { aliases, ids } = deployAll({ 'r/a': '1', 'r/b': '1' }, { 'r/a': '2' }, { 'r/b': '2' });
    expect(idsOf(aliases)).toEqual(ids);
    const [first, second] = listDeployments(aliases, ALL);
    expect([first?.isLive, second?.release]).toEqual([
      false,
      new Map([
        ['r/a', '2'],
        ['r/b', '1'],
      ]),
    ]);
    expect(findPrevious(aliases, ALL)?.id).toBe(ids[1]);
  });

  test('leaves out what was cut short, what is pruned and what has lost a function', () => {
    const { aliases, ids } = deployAll({ 'r/a': '1', 'r/b': '1' }, { 'r/a': '2', 'r/b': '2' });
    const cut = new Map(aliases);
    moveTo(
      cut,
      makeDeploymentId(
        1002,
        new Map([
          ['r/a', '3'],
          ['r/b', '3'],
        ]),
      ),
      [['r/a', '3']],
    );
    expect(idsOf(cut)).toEqual(ids);
    expect(
      idsOf(
        aliases,
        new Map([
          ['r/a', ['2']],
          ['r/b', ['1', '2']],
        ]),
      ),
    ).toEqual(ids.slice(1));
    expect(idsOf(new Map([...aliases].filter(([key]) => key === 'r/a')))).toEqual([]);
  });

  test('going back twice goes two back', () => {
    const { aliases, ids } = deployAll({ 'r/a': '1' }, { 'r/a': '2' }, { 'r/a': '3' });
    const app = new Map(aliases);
    for (const expected of [ids[1], ids[0], undefined]) {
      const target = findPrevious(app, ALL);
      expect(target?.id).toBe(expected);
      if (target) moveTo(app, makeDeploymentId(chooseTime(app, 0), target.release), target.release);
    }
    expect(listDeployments(app, ALL).map(({ id, isLive }) => [id, isLive])).toEqual(
      ids.map((id, index) => [id, index === 0]),
    );
  });

  test('going back is carried on where it was cut short', () => {
    const { aliases, ids } = deployAll(
      { 'r/a': '1', 'r/b': '1' },
      { 'r/a': '2', 'r/b': '2' },
      { 'r/a': '3', 'r/b': '3' },
    );
    const target = findPrevious(aliases, ALL);
    const cut = new Map(aliases);
    if (target) moveTo(cut, makeDeploymentId(5000, target.release), [['r/a', '2']]);
    expect([target?.id, findPrevious(cut, ALL)?.id]).toEqual([ids[1], ids[1]]);
  });

  test('goes on under the same id where the same deployment was cut short', () => {
    const { aliases } = deployAll({ 'r/a': '1', 'r/b': '1' });
    const release = new Map([
      ['r/a', '2'],
      ['r/b', '2'],
    ]);
    const cut = new Map(aliases);
    const id = makeDeploymentId(2000, release);
    moveTo(cut, id, [['r/a', '2']]);
    expect(chooseDeploymentId(cut, release, 9999)).toBe(id);
    expect(chooseDeploymentId(cut, new Map([['r/a', '3']]), 9999)).toBe(
      makeDeploymentId(9999, new Map([['r/a', '3']])),
    );
  });

  test('has every deployment later than the last, whatever the clock says', () => {
    const { aliases } = deployAll({ 'r/a': '1' });
    expect(chooseTime(aliases, 10)).toBe(1001);
    expect(chooseTime(aliases, 5000)).toBe(5000);
  });
});
