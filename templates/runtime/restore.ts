/** The feature of units whose functions use module state, or change what they are given. */
import { changesSince, commit, snapshot } from './changes.ts';
import type { Feature } from './dispatch.ts';
import { read, write } from './registry.ts';

/** Puts the caller's state in place, and sends back of state and objects what is different after the call. */
export const restore: Feature = {
  begin({ state = {} }, decoder) {
    const { extension } = decoder;
    const before = Object.entries(state).map(([id, wire]) => [id, decoder.decode(wire)] as const);
    for (const [id, value] of before) write(id, value);
    commit(decoder);
    const held = snapshot(decoder.objects, extension);
    return {
      end() {},
      add(reply, encoder) {
        for (const [id, value] of before) {
          const now = read(id);
          if (!Object.is(now, value)) reply.state = { ...reply.state, [id]: encoder.encode(now, id) };
        }
        const changed = changesSince(held, encoder, extension);
        if (changed.length > 0) reply.changed = changed;
      },
    };
  },
};
