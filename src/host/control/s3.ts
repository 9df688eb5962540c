/** There is no S3 here: who looks for a bucket finds none, and who wants to make one is told so. */
import type { Answer } from './answer.ts';
import { toElement } from './xml.ts';

export function answerS3(method: string, path: string): Answer {
  if (method !== 'GET' && method !== 'HEAD') return refuse(501, 'NotImplemented', 'There is no S3 in this server.');
  if (path !== '/') return refuse(404, 'NoSuchBucket', 'The specified bucket does not exist');
  const list = toElement('ListAllMyBucketsResult', { Buckets: [], Owner: { ID: '0' } });
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: list };
}

function refuse(status: number, Code: string, Message: string): Answer {
  return { status, headers: { 'content-type': 'application/xml' }, body: toElement('Error', { Code, Message }) };
}
