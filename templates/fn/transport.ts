/** Fn: `POST http://<server>/t/<app>/<name>`, the trigger that each function has. */
import type { Failure } from '../runtime/line.ts';
import { postJson, readJson, type Transport } from '../runtime/provider-transport.ts';

export const transport: Transport = {
  findService({ FN_API_URL: server, FN_APP_NAME: app }) {
    return server && app ? { endpoint: `${server.replace(/\/+$/, '')}/t/${app}` } : undefined;
  },
  toRequest: (unit, text) => postJson(unit, text),
  readAnswer: (unit, answer) => findEnd(answer.status, answer.body) ?? readJson(unit, answer),
};

/** https://github.com/fnproject/fn/blob/master/api/models/error.go */
const ENDS: readonly (readonly [number, RegExp, Failure['code'], boolean])[] = [
  [502, /failed to initialize/, 'load', false],
  [502, /response (body|header) too large/, 'too-large', true],
  [502, /receiving function response|function failed/, 'crash', true],
  [503, /too busy/, 'throttled', false],
  [504, /initialization|Image pull/, 'load', false],
];

function findEnd(status: number, body: string): Failure | undefined {
  const end = ENDS.find(([code, pattern]) => code === status && pattern.test(body));
  return end && { code: end[2], message: body, mayHaveRun: end[3] };
}
