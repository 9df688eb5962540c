import { createDecoder, createEncoder } from '../../templates/runtime/codec.ts';
import { WIRE_VERSION } from '../../templates/runtime/protocol.ts';
import { rich } from '../../templates/runtime/rich.ts';

/** A value as it is after a journey as text. */
export function send(value: unknown): unknown {
  const encoder = createEncoder({ extension: rich({ makes: () => true, v: WIRE_VERSION }) });
  const wire = encoder.encode(value, 'value');
  const text = JSON.stringify({ wire, far: encoder.finish() });
  const message = JSON.parse(text);
  const decoder = createDecoder({ extension: rich(), far: message.far });
  const received = decoder.decode(message.wire);
  if (decoder.objects.length !== encoder.numbers.size) throw new Error(`other numbers: ${text}`);
  return received;
}

/** What stands on the wire, far parts aside. */
export function encode(value: unknown): unknown {
  return JSON.parse(JSON.stringify(createEncoder({ extension: rich({ makes: () => true }) }).encode(value, 'value')));
}
