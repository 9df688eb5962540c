import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sign } from '../../templates/runtime/sign.ts';
import { signAgain } from './signer.ts';

const text = fc.stringMatching(/^[A-Za-z0-9+/=]{1,60}$/);

it("signs as AWS's own package does, whatever is sent by whom", async () => {
  const request = fc.record({
    accessKeyId: text,
    secretAccessKey: text,
    sessionToken: fc.option(text, { nil: undefined }),
    region: fc.constantFrom('eu-west-1', 'us-gov-east-1', 'cn-north-1'),
    name: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
    alias: fc.option(fc.stringMatching(/^[A-Za-z_-]{1,20}$/), { nil: undefined }),
    body: fc.string({ unit: 'binary' }),
    time: fc.date({ min: new Date('2020-01-01'), max: new Date('2099-01-01'), noInvalidDate: true }),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ region, name, alias, body, time, sessionToken, ...keys }) => {
      const url = new URL(`http://127.0.0.1:4566/2015-03-31/functions/${name}/invocations`);
      if (alias !== undefined) url.searchParams.set('Qualifier', alias);
      const credentials = { ...keys, ...(sessionToken !== undefined && { sessionToken }) };
      const headers = sign(region, credentials, url, Buffer.from(body), time);
      const sent = { host: url.host, 'content-type': 'application/json', ...headers };
      const again = await signAgain({ path: url.pathname + url.search, headers: sent, body }, region, keys);
      expect(headers.authorization?.replaceAll(' ', '')).toBe(again?.replaceAll(' ', ''));
      expect(headers['x-amz-security-token']).toBe(sessionToken);
    }),
    { numRuns: 25 },
  );
});
