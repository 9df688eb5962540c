/** What is used of the first argument of a function: https://github.com/nodeshift/faas-js-runtime/blob/main/index.d.ts */
export interface Context {
  /** What came is an event. */
  cloudevent?: { data?: unknown };
  cloudEventResponse(data: unknown): EventBuilder;
}

interface EventBuilder {
  type(type: string): EventBuilder;
  source(source: string): EventBuilder;
  response(): unknown;
}
