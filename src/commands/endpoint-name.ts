/** `my-cloud` → `FAASIFY_ENDPOINT_MY_CLOUD`, as the runtime looks for it. */
export function nameEndpoint(target: string): string {
  return `FAASIFY_ENDPOINT_${target.toUpperCase().replaceAll('-', '_')}`;
}
