/** `node deploy.cjs <manifest> deploy|remove`: the write requests that the units of an output folder need, through the SDK and with nothing around. */
const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const logs = require('@aws-sdk/client-cloudwatch-logs');
const iam = require('@aws-sdk/client-iam');
const lambda = require('@aws-sdk/client-lambda');

const AT_ONCE = 10;
const [manifest, what] = process.argv.slice(2);
const { units } = JSON.parse(readFileSync(manifest, 'utf8'));
const [functions, roles, groups] = [
  new lambda.LambdaClient({}),
  new iam.IAMClient({}),
  new logs.CloudWatchLogsClient({}),
];

async function forAll(run) {
  const left = [...units];
  const work = async () => {
    for (let unit = left.shift(); unit; unit = left.shift()) await run(unit, `bare-${unit.name}`);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function deploy() {
  await groups.send(new logs.CreateLogGroupCommand({ logGroupName: '/bare' }));
  await groups.send(new logs.PutRetentionPolicyCommand({ logGroupName: '/bare', retentionInDays: 30 }));
  const { Role } = await roles.send(new iam.CreateRoleCommand({ RoleName: 'bare', AssumeRolePolicyDocument: POLICY }));
  await roles.send(new iam.PutRolePolicyCommand({ RoleName: 'bare', PolicyName: 'bare', PolicyDocument: POLICY }));
  await forAll(async ({ zip }, FunctionName) => {
    const Code = { ZipFile: readFileSync(join(dirname(manifest), zip)) };
    const about = { Runtime: 'nodejs22.x', Handler: 'handler.handler', Role: Role.Arn };
    const input = { FunctionName, Code, ...about, Publish: true };
    const { Version } = await functions.send(new lambda.CreateFunctionCommand(input));
    const alias = { FunctionName, Name: 'live', FunctionVersion: Version };
    await functions.send(new lambda.CreateAliasCommand(alias));
  });
}

async function remove() {
  await forAll((_unit, FunctionName) => functions.send(new lambda.DeleteFunctionCommand({ FunctionName })));
  await roles.send(new iam.DeleteRolePolicyCommand({ RoleName: 'bare', PolicyName: 'bare' }));
  await roles.send(new iam.DeleteRoleCommand({ RoleName: 'bare' }));
  await groups.send(new logs.DeleteLogGroupCommand({ logGroupName: '/bare' }));
}

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: 'arn:aws:logs:*:*:*' }],
});

void { deploy, remove }[what]();
