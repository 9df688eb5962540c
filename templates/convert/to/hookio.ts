import { run } from 'faasify:handler';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerNode } from '../node-handler.ts';

interface Hook {
  req: IncomingMessage & { body?: unknown };
  res: ServerResponse;
  params?: unknown;
}

export default (hook: Hook): void => {
  const { req, res, params } = hook;
  if (req.body === undefined && params !== undefined) Object.assign(req, { body: params });
  void answerNode(run, req, res);
};
