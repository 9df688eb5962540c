/** Who a request comes from, as far as anybody can tell: a program of this machine, or a web page. */
import type { IncomingMessage } from 'node:http';

/** A web page that is open in a browser must not be able to call functions, as little as one on another machine. */
export function isFromHere({ headers: { host, origin } }: Pick<IncomingMessage, 'headers'>): boolean {
  return host !== undefined && isHere(`http://${host}`) && (origin === undefined || isHere(origin));
}

/** Names that lead to this machine, or nowhere: no page is served under them by anybody else. */
const HERE = ['localhost', '127.0.0.1.sslip.io', '127.0.0.1.nip.io', 'example.com'];

/** This machine, or a function on it that has a host of its own: `shop-trig.default.localhost`. */
function isHere(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname) || HERE.some((end) => hostname.endsWith(`.${end}`));
}

/** `shop-trig.default.localhost:4711` → `shop-trig` */
export function findHostedName(host: string | undefined): string | undefined {
  if (host === undefined || !URL.canParse(`http://${host}`)) return undefined;
  const { hostname } = new URL(`http://${host}`);
  return HERE.some((end) => hostname.endsWith(`.${end}`)) ? hostname.slice(0, hostname.indexOf('.')) : undefined;
}
