/** Answers of the older services: fields as elements, lists as their `member`s. */
import { randomUUID } from 'node:crypto';
import type { Answer } from './answer.ts';

export const JSON_TYPE = 'application/x-amz-json-1.1';

export type XmlValue = string | number | boolean | undefined | XmlValue[] | { [name: string]: XmlValue };

export function formatXml(namespace: string, action: string, result: XmlValue): Answer {
  const metadata = toElement('ResponseMetadata', { RequestId: randomUUID() });
  const inner = result === undefined ? '' : toElement(`${action}Result`, result);
  return toAnswer(200, `<${action}Response xmlns="${namespace}">${inner}${metadata}</${action}Response>`);
}

/** What they call otherwise than the newer ones. */
const NAMES: Record<string, string> = {
  InvalidSignatureException: 'SignatureDoesNotMatch',
  UnrecognizedClientException: 'InvalidClientTokenId',
};

export function formatXmlError(status: number, type: string, message: string): Answer {
  const code = NAMES[type] ?? type.replace(/Exception$/, '');
  const error = { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message };
  return toAnswer(status, toElement('ErrorResponse', { Error: error, RequestId: randomUUID() }));
}

function toAnswer(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

export function toElement(name: string, value: XmlValue): string {
  return value === undefined ? '' : `<${name}>${toContent(value)}</${name}>`;
}

function toContent(value: Exclude<XmlValue, undefined>): string {
  if (Array.isArray(value)) return value.map((item) => toElement('member', item)).join('');
  if (typeof value !== 'object') return escapeXml(String(value));
  return Object.entries(value)
    .map(([name, item]) => toElement(name, item))
    .join('');
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What XML cannot hold at all is left out. */
function escapeXml(text: string): string {
  return text.replace(/[^\t\n\r\P{Cc}]|[\ufffe\uffff]/gu, '').replace(/[&<>"]/g, (found) => ESCAPES[found] ?? found);
}
