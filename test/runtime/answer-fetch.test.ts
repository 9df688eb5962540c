import { describe, expect, it } from 'vitest';
import { answer } from '../../templates/runtime/answer-fetch.ts';
import type { Run } from '../../templates/runtime/one-by-one.ts';
import { findTooLarge } from '../../templates/runtime/reply-size.ts';

const echo: Run = async (event) => ({ ret: event });

function ask(key: string | undefined, init: RequestInit, options = {}): Promise<Response> {
  return answer(echo, new Request('http://unit/', init), { key, ...options });
}

const call = (authorization: string) => ({ method: 'POST', body: '{"args":[1]}', headers: { authorization } });

describe('an endpoint that anybody can reach', () => {
  it('answers who has the key', async () => {
    const response = await ask('k1', call('Bearer k1'));
    expect([response.status, await response.json()]).toEqual([200, { ret: { args: [1] } }]);
  });

  it('refuses all others, and everybody as long as there is no key', async () => {
    for (const wrong of ['', 'Bearer', 'Bearer k', 'Bearer k2', 'Bearer k11', 'k1', 'Basic k1']) {
      expect((await ask('k1', call(wrong))).status).toBe(401);
    }
    for (const none of [undefined, '']) expect((await ask(none, call('Bearer '))).status).toBe(401);
    expect((await ask('k1', { method: 'POST', body: '{}' })).status).toBe(401);
    expect((await ask('k1', { method: 'GET', headers: { authorization: 'Bearer k1' } })).status).toBe(405);
  });

  it('says when a reply has more bytes than the provider lets through', async () => {
    const response = await ask('k', call('Bearer k'), { maxReply: 10 });
    const answered = { status: response.status, body: await response.text() };
    expect(findTooLarge(answered)).toEqual({ thrown: answered.body });
    expect(JSON.parse(answered.body)).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
    expect(findTooLarge({ status: 200, body: answered.body })).toBeUndefined();
  });
});
