/**
 * Async functions that wait for nothing outside end, in a program, in the order in which they were called. So do their calls
 * over here, whichever unit is faster.
 */
export interface Turn {
  /** Sleeps until the call has ended. */
  wait(): void;
  /** The call has an outcome: `run` ends it, now or when its turn comes. */
  end(run: () => void): void;
}

interface Place {
  /** Sleeps until there is an outcome. */
  wait(): void;
  run: (() => void) | undefined;
}

/** The calls in flight that end in order. */
export type Turns = Place[];

export function takeTurn(turns: Turns, wait: () => void): Turn {
  const place: Place = { wait, run: undefined };
  turns.push(place);
  return {
    wait() {
      for (const one of turns.slice(0, turns.indexOf(place) + 1)) one.wait();
    },
    end(run) {
      place.run = run;
      for (let [first] = turns; first?.run; [first] = turns) {
        turns.shift();
        first.run();
      }
    },
  };
}
