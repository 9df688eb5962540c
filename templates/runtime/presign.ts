/** Addresses of a bucket that are signed in the query (Signature Version 4): https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
import { createHash, createHmac } from 'node:crypto';

/** Seconds for which an address is good. */
const VALID = 900;
const ALGORITHM = 'AWS4-HMAC-SHA256';

/** With the keys and the region of the unit. */
export function presign(method: string, bucket: string, key: string, date = new Date()): string {
  const { AWS_REGION: region = 'us-east-1', AWS_ACCESS_KEY_ID = '', AWS_SESSION_TOKEN: token } = process.env;
  const url = new URL(findAddress(bucket, region) + key.split('/').map(encodeURIComponent).join('/'));
  const time = date.toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const query = [
    ['X-Amz-Algorithm', ALGORITHM],
    ['X-Amz-Credential', `${AWS_ACCESS_KEY_ID}/${scope}`],
    ['X-Amz-Date', time],
    ['X-Amz-Expires', `${VALID}`],
    ...(token ? [['X-Amz-Security-Token', token]] : []),
    ['X-Amz-SignedHeaders', 'host'],
  ]
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .join('&');
  const asked = `${method}\n${url.pathname}\n${query}\nhost:${url.host}\n\nhost\nUNSIGNED-PAYLOAD`;
  const text = `${ALGORITHM}\n${time}\n${scope}\n${createHash('sha256').update(asked).digest('hex')}`;
  return `${url.href}?${query}&X-Amz-Signature=${sign(scope, text)}`;
}

function sign(scope: string, text: string): string {
  let key: string | Buffer = `AWS4${process.env.AWS_SECRET_ACCESS_KEY}`;
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  return createHmac('sha256', key).update(text).digest('hex');
}

/** With `/` at the end. A server in the place of AWS, and certificates where names have dots, know no buckets as hosts. */
function findAddress(bucket: string, region: string): string {
  const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = process.env;
  const endpoint = AWS_ENDPOINT_URL_S3 || AWS_ENDPOINT_URL;
  if (endpoint) return `${endpoint.replace(/\/+$/, '')}/${bucket}/`;
  const host = `s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  return bucket.includes('.') ? `https://${host}/${bucket}/` : `https://${bucket}.${host}/`;
}
