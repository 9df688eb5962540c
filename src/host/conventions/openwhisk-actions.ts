/** Actions of OpenWhisk that are made here, changed, given back, called and removed. */
import { type Action, describeAction, isAnnotated, PROVIDE_KEY } from '../actions/action.ts';
import type { ActionAnswer } from '../actions/load.ts';
import { changeAction, checkName, MAX_ACTION, makeAction, readChange } from '../actions/read-action.ts';
import type { ActionReply } from '../actions/runs.ts';
import { type Answer, json } from '../control/answer.ts';
import { takeTurn } from '../control/authorization.ts';
import { type Asked, type Operation, Refused } from './convention.ts';
import { findServed } from './find-served.ts';
import { type Activated, answerActivation, toFailure, toResponse } from './openwhisk-activate.ts';
import { describeUnit, getNamespace } from './openwhisk-lists.ts';
import { MB, readJson } from './rows.ts';
import { findCause } from './run-unit.ts';
import type { Calling, Speaking } from './speaking.ts';
import { tooMany } from './too-many.ts';
import { readBasic } from './who.ts';

const ALL = '/api/v1/namespaces/:namespace/actions';
const ONE = `${ALL}/:name`;
const PACKAGED = `${ALL}/:package/:name`;

export const ACTION_OPERATIONS: readonly Operation[] = [
  { method: 'GET', path: ONE, run: getAction },
  { method: 'PUT', path: ONE, limit: MAX_ACTION, run: putAction },
  { method: 'DELETE', path: ONE, run: deleteAction },
  { method: 'POST', path: ONE, run: callAction },
  // there are no packages to put them into
  ...['GET', 'PUT', 'DELETE'].map((method) => ({ method, path: PACKAGED, limit: MAX_ACTION, run: refusePackage })),
];

function refusePackage(): never {
  throw new Refused('not-found', '');
}

type Given = Parameters<Operation['run']>;

/** Of what was made here. Throws a `Refused` if there is nothing of that name. */
function getMade(...[{ actions, units }, asked, caller]: Given): Action {
  const { name = '' } = asked.params;
  const found = actions.kept.find(getNamespace(asked, caller?.name), name);
  if (found) return found;
  throw findServed(units, name) ? refuseUnit(name) : new Refused('not-found', '');
}

function refuseUnit(name: string): Refused {
  return new Refused('forbidden', `${name} is a unit of the folder that is served here, and cannot be changed.`);
}

function getAction(...given: Given): Answer {
  const [{ units }, asked, caller] = given;
  const unit = findServed(units, asked.params.name ?? '');
  if (unit) return json(200, { ...describeUnit(unit, getNamespace(asked, caller?.name)), parameters: [] });
  return json(200, describeAction(getMade(...given), { withCode: asked.query.get('code') !== 'false' }));
}

function putAction(...[{ actions, units }, asked, caller]: Given): Answer {
  const namespace = getNamespace(asked, caller?.name);
  const { name = '' } = asked.params;
  checkName(name);
  const change = readChange(asked.body);
  const before = actions.kept.find(namespace, name);
  if (findServed(units, name)) throw refuseUnit(name);
  if (before && asked.query.get('overwrite') !== 'true') throw new Refused('conflict', 'resource already exists');
  const action = before ? changeAction(before, change) : makeAction({ namespace, name }, change);
  actions.kept.put(action);
  if (before) actions.runs.release(before);
  return json(200, describeAction(action, { withCode: true }));
}

function deleteAction(...given: Given): Answer {
  const [{ actions }] = given;
  const action = getMade(...given);
  actions.kept.remove(action);
  actions.runs.release(action);
  return json(200, describeAction(action, { withCode: true }));
}

async function callAction(...given: Given): Promise<Answer> {
  const [speaking, asked, caller] = given;
  const action = getMade(...given);
  const value = { ...readDefaults(action), ...readParameters(action, asked) };
  const giveBack = takeTurn(caller);
  if (!giveBack) throw tooMany(caller);
  const { name, version, exec, limits } = action;
  return answerActivation({
    ...{ asked, caller, activations: speaking.activations, name, version, kind: exec.kind, limits },
    run: (type, id) => runAction(speaking, action, { ...{ type, asked, value }, id }).finally(giveBack),
  });
}

function readDefaults({ parameters }: Action): Record<string, unknown> {
  return Object.fromEntries(parameters.filter(({ init }) => !init).map(({ key, value }) => [key, value]));
}

/** Those of an action that is `final` are as they are. */
function readParameters(action: Action, asked: Asked): Record<string, unknown> {
  const given: Record<string, unknown> = JSON.parse(readJson(asked));
  const isFixed = isAnnotated(action, 'final') && action.parameters.some(({ key }) => Object.hasOwn(given, key));
  if (!isFixed) return given;
  throw new Refused('malformed', 'Request defines parameters that are not allowed (e.g., reserved properties).');
}

interface ActionCall {
  type: Calling['type'];
  asked: Asked;
  value: Record<string, unknown>;
  id: string;
}

/** Bytes of a result. */
const MAX_RESULT = MB;

async function runAction(speaking: Speaking, action: Action, call: ActionCall): Promise<Activated> {
  const { type, asked, value, id } = call;
  const event = JSON.stringify({ value, env: describeCall(action, asked, id) });
  const { payload, isError } = await speaking.callAction(action, event, { type, headers: asked.headers });
  const { logs, answer } = JSON.parse(payload) as ActionReply;
  if (isError) {
    const told = JSON.stringify(answer);
    const given = { limit: MAX_RESULT, timeout: action.limits.timeout };
    return { response: toFailure({ cause: findCause(told), payload: told }, given), logs };
  }
  const said = answer as ActionAnswer;
  if ('result' in said) return { response: toResponse(JSON.stringify(said.result), MAX_RESULT), logs };
  return { response: { code: 2, result: { error: said.failed }, size: said.failed.length }, logs };
}

/** What an action finds in its environment of a call: https://github.com/apache/openwhisk/blob/master/docs/actions.md */
function describeCall(action: Action, { headers }: Asked, activation: string): Record<string, string> {
  const { namespace, name, version, limits } = action;
  const { id = 'guest', secret = 'guest' } = readBasic(headers.authorization) ?? {};
  return {
    ...{ __OW_NAMESPACE: namespace, __OW_ACTION_NAME: `/${namespace}/${name}`, __OW_ACTION_VERSION: version },
    ...{ __OW_ACTIVATION_ID: activation, __OW_DEADLINE: `${Date.now() + limits.timeout}` },
    ...(isAnnotated(action, PROVIDE_KEY, true) && { __OW_API_KEY: `${id}:${secret}` }),
  };
}
