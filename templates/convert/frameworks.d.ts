/** What little is used of packages that a converted function has beside it. */
declare module '@google-cloud/functions-framework' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  const functions: {
    http(name: string, handler: (req: IncomingMessage, res: ServerResponse) => unknown): void;
  };
  export default functions;
}

declare module '@azure/functions' {
  interface HttpOptions {
    methods: string[];
    authLevel: 'anonymous' | 'function' | 'admin';
    route: string;
    handler(request: Request, context: { invocationId: string }): Promise<unknown>;
  }

  export const app: { http(name: string, options: HttpOptions): void };
}

declare module '@fnproject/fdk' {
  interface Context {
    callID: string | null;
    deadline: Date | null;
    headers: Record<string, string[]>;
    responseContentType: string | null;
    httpGateway: { statusCode: number; setResponseHeader(name: string, ...values: string[]): void };
  }

  const fdk: {
    handle(handler: (input: Buffer, context: Context) => Promise<unknown>, options: { inputMode: 'buffer' }): void;
    rawResult(bytes: Buffer): unknown;
  };
  export default fdk;
}
