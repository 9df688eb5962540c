/** What is used of Deno. */
declare const Deno: { env: { get(name: string): string | undefined } };
