/** The text of a body that a framework has read already, in whatever way. */
export function toText(body: unknown): string {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  return JSON.stringify(body) ?? '';
}
