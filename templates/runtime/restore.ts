/** The feature of units whose functions use module state, or change what they are given. */
import { changesSince, commit, snapshot } from './changes.ts';
import type { Decoder } from './decode.ts';
import type { Ending, Feature } from './dispatch.ts';
import type { Request } from './protocol.ts';
import { read, write } from './registry.ts';

/** Decodes more state of a request; the first step puts it in place, the second one adds to the reply what is different. */
type MoreState = (request: Request, decoder: Decoder) => () => Ending['add'];

/** Puts the caller's state in place, and sends back of state and objects what is different after the call. */
export const restore: Feature = /* @__PURE__ */ createRestore();

export function createRestore(readMore?: MoreState): Feature {
  return {
    begin(request, decoder) {
      const { extension } = decoder;
      const before = Object.entries(request.state ?? {}).map(([id, wire]) => [id, decoder.decode(wire)] as const);
      const settle = readMore?.(request, decoder);
      for (const [id, value] of before) give(id, value);
      commit(decoder);
      const addMore = settle?.();
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
          addMore?.(reply, encoder);
        },
      };
    },
  };
}

/** A constant has what it has: the caller's has to be the same. */
function give(id: string, value: unknown): void {
  write(id, value);
  if (!Object.is(read(id), value)) throw new Error(`${id} is another one here`);
}
