/** What has become of calls, for those who ask later: the last ones, as far as they find room. */
export interface Activation {
  activationId: string;
  namespace: string;
  name: string;
  /** Milliseconds since the epoch. */
  start: number;
  end: number;
  duration: number;
  annotations: { key: string; value: unknown }[];
  response: WhiskResponse;
  version: string;
  publish: false;
  subject: string;
  logs: string[];
}

export interface WhiskResponse {
  /** 0: success, 1: the action has said that it failed, 2: it has not answered. */
  code: 0 | 1 | 2;
  result: unknown;
  /** Of the result, as JSON. */
  size: number;
}

export interface Activations {
  add(activation: Activation): void;
  find(namespace: string, id: string): Activation | undefined;
  /** The last one first. */
  list(namespace: string): Activation[];
}

const MAX_COUNT = 1000;
/** Bytes of all results, and of what was printed. */
const MAX_SIZE = 32 * 1024 * 1024;

export function createActivations(): Activations {
  const kept = new Map<string, Activation>();
  let size = 0;
  const forget = ([id, activation]: [string, Activation]) => {
    kept.delete(id);
    size -= sizeOf(activation);
  };
  return {
    add(activation) {
      kept.set(activation.activationId, activation);
      size += sizeOf(activation);
      for (const oldest of kept) {
        if (kept.size <= MAX_COUNT && size <= MAX_SIZE) break;
        forget(oldest);
      }
    },
    find(namespace, id) {
      const found = kept.get(id);
      return found?.namespace === namespace ? found : undefined;
    },
    list: (namespace) => [...kept.values()].filter((one) => one.namespace === namespace).reverse(),
  };
}

function sizeOf({ response, logs }: Activation): number {
  return logs.reduce((sum, line) => sum + line.length, response.size);
}
