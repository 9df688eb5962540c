/** The ways in which a handler may say that it is done. */

export interface Settling<T> {
  done: Promise<T>;
  succeed(value: T): void;
  fail(error: unknown): void;
}

export function openSettling<T>(): Settling<T> {
  let succeed: (value: T) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const done = new Promise<T>((resolve, reject) => {
    succeed = resolve;
    fail = reject;
  });
  done.catch(() => {}); // whoever asks for it is told
  return { done, succeed, fail };
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Collects what a handler leaves running where its provider lets it. */
export function openLater(later: ((work: Promise<unknown>) => void) | undefined) {
  const works: Promise<unknown>[] = [];
  const add = (work: unknown) => {
    const promise = Promise.resolve(work);
    promise.catch((error: unknown) => console.error(error));
    if (later) later(promise);
    else works.push(promise);
  };
  return { add, end: () => Promise.allSettled(works) };
}
