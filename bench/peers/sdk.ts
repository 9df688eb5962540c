/** As bench/first, written by hand with the SDK of AWS; `FUNCTION` names the function. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

const client = new LambdaClient({});
const { FUNCTION: FunctionName } = process.env;
const { Payload } = await client.send(new InvokeCommand({ FunctionName, Payload: '{"args":[1,3]}' }));
const { ret } = JSON.parse(Payload?.transformToString() ?? '{}') as { ret?: number };
if (ret !== 0.25) throw new Error('wrong reply');
console.log(performance.now() - performance.nodeTiming.bootstrapComplete);
process.exit();
