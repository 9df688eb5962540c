/** A provider whose API takes functions whole, one by one: all that `converge` needs of it. */
export interface FunctionStore {
  /** For people. */
  address: string;
  /** All functions that are there, whoever they belong to. */
  list(): Promise<StoredFunction[]>;
  /** Creates it, or puts it in the place of what is there. */
  put(fn: WantedFunction): Promise<void>;
  /** Fine if there is none any more. */
  remove(name: string): Promise<void>;
}

export interface StoredFunction {
  name: string;
  /** The app that has put it there, and what it was then; missing where that was not faasify. */
  mark?: Mark;
}

export interface Mark {
  app: string;
  /** Of the code and the settings. */
  hash: string;
}

export interface WantedFunction {
  name: string;
  mark: Mark;
  /** A zip. */
  code: Buffer;
  /** MB */
  memory: number;
  /** Seconds */
  timeout: number;
  /** It calls other functions. */
  isCaller?: boolean;
}
