/** What is to be found in a graph behind each of its nodes: found for all of them at once. */

import { BitSet } from './bit-set.ts';

/** A node whose successors are being visited. */
interface Visit {
  node: number;
  next: number;
}

/**
 * `successors` and `own`: of each node, by its number, where edges lead and what it has itself. Nodes that reach each other have the
 * same set (Tarjan's algorithm: such a group is complete only when everything behind it is), so that each edge is followed once.
 */
export function findReachable(successors: readonly (readonly number[])[], own: readonly BitSet[]): BitSet[] {
  const reached: BitSet[] = [];
  const order: number[] = [];
  const lowest: number[] = [];
  const open: number[] = [];
  let count = 0;
  const enter = (node: number): Visit => {
    order[node] = count;
    lowest[node] = count++;
    open.push(node);
    return { node, next: 0 };
  };
  const noteLowest = (node: number, value: number) => {
    lowest[node] = Math.min(lowest[node] as number, value);
  };
  const close = (node: number) => {
    const members = open.splice(open.lastIndexOf(node));
    const set = new BitSet();
    for (const member of members) set.addAll(own[member] as BitSet);
    for (const next of members.flatMap((member) => successors[member] ?? [])) {
      const behind = reached[next];
      if (behind) set.addAll(behind);
    }
    for (const member of members) reached[member] = set;
  };
  for (const start of successors.keys()) {
    if (order[start] !== undefined) continue;
    const visits = [enter(start)];
    for (let visit = visits.at(-1); visit; visit = visits.at(-1)) {
      const { node } = visit;
      const next = successors[node]?.[visit.next++];
      if (next !== undefined) {
        if (order[next] === undefined) visits.push(enter(next));
        else if (reached[next] === undefined) noteLowest(node, order[next]);
        continue;
      }
      visits.pop();
      const around = visits.at(-1);
      if (around) noteLowest(around.node, lowest[node] as number);
      if (lowest[node] === order[node]) close(node);
    }
  }
  return reached;
}
