/** What little is used of packages that a converted function has beside it. */
declare module '@azure/functions' {
  interface HttpOptions {
    methods: string[];
    authLevel: 'anonymous' | 'function' | 'admin';
    route?: string;
    handler(request: Request, context: { invocationId: string }): Promise<unknown>;
  }

  interface TimerOptions {
    schedule: string;
    handler(): Promise<void>;
  }

  export const app: {
    http(name: string, options: HttpOptions): void;
    timer(name: string, options: TimerOptions): void;
  };
}
