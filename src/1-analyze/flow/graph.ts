/**
 * Sets that flow: what is put into a place comes to every place that an edge leads to from there. Members are numbers, and a place
 * passes on only what is new to it. So an edge costs what it carries, 32 members at a time.
 */

import { BitSet } from './bit-set.ts';

/** `What`: what the place stands for. */
export interface Place<What> {
  readonly what: What;
  readonly members: BitSet;
  /** Members that it has not passed on. */
  fresh: BitSet | undefined;
  /** Something has come to it. */
  isOpen: boolean;
  readonly next: Set<Place<What>>;
}

export class FlowGraph<What> {
  readonly #open: (place: Place<What>) => void;
  readonly #watchers = new Map<Place<What>, (member: number) => void>();
  #waiting: Place<What>[] = [];

  /** `open`: the first member has come to a place; its edges are laid then, since most places never get one. */
  constructor(open: (place: Place<What>) => void) {
    this.#open = open;
  }

  makePlace(what: What): Place<What> {
    return { what, members: new BitSet(), fresh: undefined, isOpen: false, next: new Set() };
  }

  put(place: Place<What>, member: number): void {
    const set = new BitSet();
    set.add(member);
    this.#receive(place, set);
  }

  connect(from: Place<What>, to: Place<What>): void {
    if (from === to || from.next.has(to)) return;
    from.next.add(to);
    if (from.isOpen) this.#receive(to, from.members);
  }

  /** To be asked for while the place opens: `arrive` is told of every member. */
  watch(place: Place<What>, arrive: (member: number) => void): void {
    this.#watchers.set(place, arrive);
  }

  /** Until nothing flows any more. */
  run(): void {
    while (this.#waiting.length > 0) {
      const round = this.#waiting;
      this.#waiting = [];
      for (const place of round) this.#pass(place);
    }
  }

  #pass(place: Place<What>): void {
    const { fresh } = place;
    if (!fresh) return;
    place.fresh = undefined;
    if (!place.isOpen) {
      place.isOpen = true;
      this.#open(place);
    }
    for (const to of place.next) this.#receive(to, fresh);
    const arrive = this.#watchers.get(place);
    if (arrive) for (const member of fresh.list()) arrive(member);
  }

  #receive(place: Place<What>, set: BitSet): void {
    const isWaiting = place.fresh !== undefined;
    place.fresh = place.members.addAll(set, place.fresh);
    if (!isWaiting && place.fresh) this.#waiting.push(place);
  }
}
