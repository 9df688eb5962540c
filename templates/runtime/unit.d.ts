/** What the thread gets that calls for a unit: the transport of the provider that it is at. */
declare module 'faasify:transport' {
  export const transport: import('./provider-transport.ts').Transport;
}

/** What the entry of a provider (`templates/<target>/index.ts`) gets of the unit it is for. */
declare module 'faasify:unit' {
  /** The unit's handler: a call in, its reply out. Throws what a call by hand throws. */
  export const handler: (event: unknown) => unknown;
  /** What the unit is called at the provider: a string that stands in its place. */
  export const UNIT_NAME: string;
  /** Seconds that a call of the unit may take: a number that stands in its place. */
  export const UNIT_TIMEOUT: number;
  /** Addresses of its functions, like `GET /price/{id}`, and what the clock starts: lists that stand in their place, in `web.ts` only. */
  export const ROUTES: readonly string[];
  export const SCHEDULES: readonly { cron: string; fn: string }[];
}
