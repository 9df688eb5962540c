import { run } from 'faasify:handler';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerNode } from '../node-handler.ts';

interface Event {
  data: unknown;
  extensions: { request: IncomingMessage & { body?: unknown }; response?: ServerResponse };
}

/** `--handler index.main` */
export const main = async ({ extensions }: Event): Promise<void> => {
  const { request } = extensions;
  const response = extensions.response ?? Reflect.get(request, 'res');
  await answerNode(run, request, response);
};
