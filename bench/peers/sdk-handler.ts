/** As `percent` of bench/nested, written by hand with the SDK of AWS; `FUNCTION` names the function that it calls. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

const client = new LambdaClient({});

export async function handler({ args }: { args: [number, number] }): Promise<{ ret: number }> {
  const { FUNCTION: FunctionName } = process.env;
  const { Payload } = await client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify({ args }) }));
  const { ret } = JSON.parse(Payload?.transformToString() ?? '{}') as { ret: number };
  return { ret: ret * 100 };
}
