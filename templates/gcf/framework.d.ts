/** What is used of Google's framework. */
declare module '@google-cloud/functions-framework' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface CloudEvent {
    type: string;
    data?: unknown;
  }
  const functions: {
    http(name: string, handler: (req: IncomingMessage & { rawBody?: Buffer }, res: ServerResponse) => unknown): void;
    cloudEvent(name: string, handler: (event: CloudEvent) => unknown): void;
  };
  export default functions;
}

declare module 'google-auth-library' {
  export class GoogleAuth {
    getIdTokenClient(
      audience: string,
    ): Promise<{ idTokenProvider: { fetchIdToken(audience: string): Promise<string> } }>;
  }
}
