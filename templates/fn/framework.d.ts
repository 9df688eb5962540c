/** What is used of Fn's development kit. */
declare module '@fnproject/fdk' {
  export interface Context {
    callID: string | null;
    deadline: Date | null;
    headers: Record<string, string[]>;
    responseContentType: string | null;
    httpGateway: { statusCode: number; setResponseHeader(name: string, ...values: string[]): void };
  }

  const fdk: {
    handle(run: (input: Buffer, context: Context) => Promise<unknown>, options: { inputMode: 'buffer' }): void;
    /** A body as it is. */
    rawResult(body: string | Buffer): unknown;
  };
  export default fdk;
}
