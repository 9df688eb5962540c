/** `exports.name = (req, res) => …`, `functions.http('name', …)`, `functions.cloudEvent('name', async (event) => …)` */
import { type CloudEvent, findCloudEvent, isCloudEvent } from '../cloud-event.ts';
import { callExpress } from '../express.ts';
import type { Call, Module, Run, Settings } from '../form.ts';
import { findRegistered, type Registered } from '../frameworks/functions-framework.ts';
import { asEvent, asHttp } from '../meet.ts';
import { findExport, getFunction } from '../pick.ts';

export function adapt(module: Module, settings: Settings): Run {
  const { signature, handler } = getHandler(module, settings);
  if (signature === 'cloudevent') {
    return async (call) => {
      await handler(toCloudEvent(call, settings.name));
      return { kind: 'value', value: undefined };
    };
  }
  return (call) => callExpress(asHttp(call), ({ req, res }) => handler(req, res));
}

/** What is registered goes before what is exported. */
function getHandler(module: Module, { handler: name }: Settings): Registered {
  const registered = findRegistered(name);
  if (registered && typeof findExport(module, name) !== 'function') return registered;
  return { signature: 'http', handler: getFunction(module, name) };
}

/** An event that is none becomes one. */
function toCloudEvent(call: Call, name: string): CloudEvent {
  const found = findCloudEvent(call);
  if (found) return found;
  const data = asEvent(call);
  if (isCloudEvent(data)) return data;
  const time = new Date().toISOString();
  return {
    specversion: '1.0',
    id: call.id,
    source: `/${name}`,
    type: 'faasify.call',
    time,
    datacontenttype: 'application/json',
    data,
  };
}
