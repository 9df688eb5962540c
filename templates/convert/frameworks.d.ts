/** What little is used of packages that a converted function has beside it. */
declare module '@azure/functions' {
  interface HttpOptions {
    methods: string[];
    authLevel: 'anonymous' | 'function' | 'admin';
    route?: string;
    handler(request: Request, context: { invocationId: string }): Promise<unknown>;
  }

  export const app: { http(name: string, options: HttpOptions): void };
}
