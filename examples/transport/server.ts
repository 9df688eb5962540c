import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const FILES: Record<string, string> = {
  '/timetables/central.csv': 'line,destination,time\nU6,Zoo,08:15\nS1,Airport,07:55\n12,Harbour,08:05\n',
  '/timetables/harbour.csv': 'line,destination,time\n12,Central,8 o’clock\n',
};

export async function startServer(): Promise<{ base: string; server: Server }> {
  const server = createServer((request, response) => {
    const text = FILES[request.url ?? ''];
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'text/csv', connection: 'close' });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { base: `http://127.0.0.1:${port}/`, server };
}
