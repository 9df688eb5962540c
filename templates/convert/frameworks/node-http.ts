/** In place of `node:http`, where a server of Node's is converted: a server that listens takes no port, and is kept to be called. */
import http from 'node:http';

let listening: http.Server | undefined;
let tell: (server: http.Server) => void = () => {};

/** Once the program listens. */
export const whenListening = new Promise<http.Server>((resolve) => {
  tell = resolve;
});

export function findServer(): http.Server | undefined {
  return listening;
}

export class Server extends http.Server {
  override listen(...args: unknown[]): this {
    listening = this;
    tell(this);
    const callback = args.at(-1);
    if (typeof callback === 'function') this.once('listening', () => callback());
    queueMicrotask(() => this.emit('listening'));
    return this;
  }

  override address() {
    return { address: '127.0.0.1', family: 'IPv4', port: 0 };
  }
}

export function createServer(...args: unknown[]): Server {
  return Reflect.construct(Server, args);
}

export * from 'node:http';
export default { ...http, Server, createServer };
