import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram, type Program } from './program.ts';

const FAULTS = `
function fill() { const all = []; for (;;) all.push(new Array(1000).fill(Math.random())); }
function loop() { for (;;); }
function exit() { process.exit(3); }
async function crash() { setTimeout(() => { throw new Error('stray'); }, 1); await new Promise(() => {}); }
let calls = 0;
function count() { return ++calls; }
function onlyOnce(file) { const fs = process.getBuiltinModule('fs'); if (fs.existsSync(file)) return 'again'; fs.writeFileSync(file, ''); process.exit(1); }
function reject(value) { Promise.reject(new Error('nobody waits')); return value; }
function throwLater(value) { setTimeout(() => { throw new Error('nobody waits'); }, 1); return value; }
async function wait(value) { await new Promise((done) => setTimeout(done, 30)); return value; }
console.log('printed at load');
process.stderr.write('printed at load');
export const handler = handle({
  'm#reject': { run: reject }, 'm#throwLater': { run: throwLater }, 'm#wait': { run: wait },
  'm#fill': { run: fill }, 'm#loop': { run: loop }, 'm#exit': { run: exit }, 'm#crash': { run: crash },
  'm#count': { run: count }, 'm#onlyOnce': { run: onlyOnce }, 'm#onlyOncePure': { run: onlyOnce },
}, rich);
`;
const DEAD = `throw new Error('cannot start');\nexport const handler = handle({ 'm#dead': { run() {} } });`;

let program: Program;

beforeAll(async () => {
  const names = ['fill', 'loop', 'exit', 'crash', 'count', 'onlyOnce', 'reject', 'throwLater', 'wait'];
  const cuts = names.map((name) => ({ fn: `m#${name}` }));
  program = await createProgram({
    units: {
      faults: {
        source: FAULTS,
        cuts: [...cuts, { fn: 'm#onlyOncePure', repeatable: true }],
        settings: { memory: 40, timeout: 4, concurrency: 2 },
      },
      dead: { source: DEAD, cuts: [{ fn: 'm#dead' }] },
    },
  });
});
afterAll(() => program.remove());

async function evaluate(script: string): Promise<unknown> {
  const { code, stdout, stderr } = await program.run(`
    const show = (value) => console.log(JSON.stringify(value));
    const attempt = (id, ...args) => { try { return cut(id, args).ret; } catch (error) { return describe(error); } };
    const describe = ({ name, code, mayHaveRun }) => [name, code, mayHaveRun];
    ${script}`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe.each(['fill', 'loop', 'exit'])('an instance that ends by %s', (name) => {
  const code = { fill: 'out-of-memory', loop: 'timeout', exit: 'exit' }[name];

  it('fails the blocking call and no other', async () => {
    const script = `attempt('m#count'); const failed = attempt('m#${name}'); show([failed, attempt('m#count')]);`;
    expect(await evaluate(script)).toEqual([['FaasifyError', code, true], 1]);
  });

  it('fails the async call and no other', async () => {
    const script = `const calls = await Promise.allSettled([cutPromise('m#${name}', []), cutPromise('m#count', []), cutPromise('m#count', [])]);
      show([describe(calls[0].reason), calls[1].status, calls[2].status, attempt('m#count') > 0]);`;
    expect(await evaluate(script)).toEqual([['FaasifyError', code, true], 'fulfilled', 'fulfilled', true]);
  });
});

describe('a fault', () => {
  it('says what an uncaught error was', async () => {
    const script = `try { await cutPromise('m#crash', []); } catch (error) { show([error.code, error.message.includes('stray')]); }`;
    expect(await evaluate(script)).toEqual(['crash', true]);
  });

  it('is not repeated, as the call may have run', async () => {
    const script = `const file = __dirname + '/once'; show([attempt('m#onlyOnce', file), attempt('m#onlyOnce', file)]);`;
    expect(await evaluate(script)).toEqual([['FaasifyError', 'exit', true], 'again']);
  });

  it('is repeated once for a function without effects', async () => {
    expect(await evaluate(`show(attempt('m#onlyOncePure', __dirname + '/pure'));`)).toBe('again');
  });

  it('in loading a unit keeps its calls here, now and later', async () => {
    const script = `show([cut('m#dead', []), (await cutPromise('m#dead', [])), cut('m#count', []).ret > 0].map(String));`;
    expect(await evaluate(script)).toEqual(['undefined', 'undefined', 'true']);
  });

  it('of a call that waits in line is left to the next', async () => {
    const script = `const all = await Promise.allSettled([1, 2, 3, 4, 5].map(() => cutPromise('m#exit', [])));
      show(all.map(({ reason }) => reason.code));`;
    expect(await evaluate(script)).toEqual(['exit', 'exit', 'exit', 'exit', 'exit']);
  });
});

describe.each(['reject', 'throwLater'])('an error that comes after the reply (%s)', (name) => {
  it('ends neither the app nor the next calls', async () => {
    const { code, stdout, stderr } = await program.run(`
      const counts = [cut('m#count', []).ret, cut('m#${name}', [5]).ret];
      await new Promise((done) => setTimeout(done, 50));
      for (let i = 0; i < 3; i++) counts.push(cut('m#count', []).ret, await cutPromise('m#wait', [i]));
      await new Promise((done) => setTimeout(done, 50));
      console.log(JSON.stringify(counts));`);
    expect([code, stdout]).toEqual([0, '[1,5,2,0,3,1,4,2]\n']);
    expect(stderr).toMatch(/^Error: nobody waits\n/);
  });
});

describe('a process', () => {
  it('ends by itself when nothing is pending', async () => {
    expect(await program.run(`cut('m#count', []); cutPromise('m#count', []).then(() => console.log('done'));`)).toEqual(
      {
        code: 0,
        stdout: 'done\n',
        stderr: '',
      },
    );
  });

  it('keeps its exit code', async () => {
    expect((await program.run(`cut('m#count', []); process.exit(7);`)).code).toBe(7);
  });
});
