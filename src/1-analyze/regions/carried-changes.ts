/** What a call carries back to its caller of the changes that its callees make to what they are given. */

import type { EffectFact } from '../../types.ts';
import { noteChanges, packageEffect } from './changes.ts';
import type { Changes, RegionCall } from './region.ts';
import type { Summary } from './summary.ts';
import type { Root } from './trail.ts';

/** One call of a region, whatever it may reach: what one callee has brought, another one need not bring again. */
export class CarriedChanges {
  readonly #caller: Summary;
  readonly #call: RegionCall;
  readonly #place: () => EffectFact['at'];
  readonly #brought = new Set<string>();

  constructor(caller: Summary, call: RegionCall, place: () => EffectFact['at']) {
    this.#caller = caller;
    this.#call = call;
    this.#place = place;
  }

  bring(changes: Changes): void {
    const call = this.#call;
    if (changes.all && this.#isFirst('all')) this.#note([...call.everything(), ...call.receiver()], true);
    for (const position of changes.args) this.#bringArgument(position, changes.deep.has(position));
    if (changes.self && call.kind !== 'new') this.#bringReceiver(changes.deepSelf);
  }

  #bringArgument(position: number, isDeep: boolean): void {
    if (this.#isFirst(`${position}`)) {
      const { roots, isPlain, code } = this.#call.argumentItself(position);
      this.#note(roots, !isPlain);
      // What is only held by others, and may be changed there, counts as changed inside.
      if (code !== undefined && !isDeep) this.#add({ kind: 'global', subject: code });
    }
    if (isDeep && this.#isFirst(`${position} deep`)) this.#note(this.#call.argument(position), true);
  }

  #bringReceiver(isDeep: boolean): void {
    if (this.#isFirst('self')) {
      const { roots, isPlain } = this.#call.receiverItself();
      this.#note(roots, !isPlain);
    }
    if (isDeep && this.#isFirst('self deep')) this.#note(this.#call.receiver(), true);
  }

  #isFirst(what: string): boolean {
    if (this.#brought.has(what)) return false;
    this.#brought.add(what);
    return true;
  }

  #note(roots: readonly Root[], isDeep: boolean): void {
    const { mutated, reached, changes } = this.#caller;
    for (const root of roots) {
      if (root.kind === 'variable') {
        mutated.add(root.entry);
        reached.add(root.entry);
      }
      if (root.kind === 'package') this.#add(packageEffect(root));
    }
    noteChanges(changes, roots, isDeep);
  }

  #add(effect: Pick<EffectFact, 'kind' | 'subject'>): void {
    const { effects } = this.#caller;
    if (!effects.has(effect)) effects.add({ ...effect, at: this.#place(), via: [] });
  }
}
