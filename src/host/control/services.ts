/** The services around functions that deployments ask, at one address: who am I, roles, log groups. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './answer.ts';
import { toApiError } from './answer.ts';
import { ApiError } from './api-error.ts';
import { answerIam } from './iam.ts';
import { answerLogs } from './logs.ts';
import type { Plane } from './plane.ts';
import { answerSts } from './sts.ts';
import { formatXmlError, JSON_TYPE } from './xml.ts';

export interface Service {
  /** As requests are signed for it. */
  name: string;
  answer(plane: Plane, region: string, body: Buffer): Answer;
}

export function isForServices(method: string, { pathname }: URL): boolean {
  return method === 'POST' && pathname === '/';
}

export function findService(headers: IncomingHttpHeaders, body: Buffer): Service {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const [service, action = ''] = target.split('.');
    if (service !== 'Logs_20140328') {
      throw new ApiError(400, 'UnknownOperationException', `This server does not know ${target.slice(0, 100)}.`);
    }
    return { name: 'logs', answer: (plane, region, body) => answerLogs(plane, action, region, body) };
  }
  const form = new URLSearchParams(body.toString());
  if (form.get('Version') === '2011-06-15') return { name: 'sts', answer: () => answerSts(form) };
  return { name: 'iam', answer: (plane) => answerIam(plane.account.roles, form) };
}

/** Each in its own form. */
export function toServiceError(headers: IncomingHttpHeaders, error: unknown): Answer {
  const { status, type, message } = toApiError(error);
  if (headers['x-amz-target'] === undefined) return formatXmlError(status, type, message);
  return { status, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify({ __type: type, message }) };
}
