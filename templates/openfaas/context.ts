/** What is used of the arguments of a function: https://github.com/openfaas/templates/blob/master/template/node22/index.js */
export interface FunctionEvent {
  /** What it is depends on the type of the content. */
  body: unknown;
}

export interface FunctionContext {
  status(code: number): FunctionContext;
  headers(values: Record<string, string | string[]>): FunctionContext;
  succeed(body: string | Uint8Array | undefined): void;
  fail(body: string): void;
}
