/** Requests as operations see them, and what they answer. */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from './api-error.ts';

export interface ApiRequest {
  method: string;
  /** What stands for the parts of the route that differ. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  region: string;
  body: Buffer;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export function json(status: number, value: unknown): Answer {
  return { status, body: JSON.stringify(value) };
}

export const NO_CONTENT: Answer = { status: 204 };

/** What remains of a request that was given up in the middle must not be taken for the next one. */
export function write(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body = '' }: Answer,
): void {
  const isGivenUp = request.destroyed && !request.complete;
  response.writeHead(status, {
    ...(isGivenUp && { connection: 'close' }),
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-amzn-requestid': randomUUID(),
    ...headers,
  });
  response.end(body);
}

export function toErrorAnswer(error: unknown): Answer {
  const { status, type, message, reason } = toApiError(error);
  const body = { ...(reason !== undefined && { Reason: reason }), Type: status < 500 ? 'User' : 'Service' };
  const headers = { 'x-amzn-errortype': type };
  return { status, headers, body: JSON.stringify({ ...body, message, Message: message }) };
}

/** A bug of ours is told without what was asked. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const name = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : 'Error';
  return new ApiError(500, 'ServiceException', `This server has failed: ${name}`);
}
