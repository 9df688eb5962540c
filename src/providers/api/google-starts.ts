/** What starts functions at Google besides calls: whoever may ask them, and jobs of Cloud Scheduler. */
import { FaasifyError } from '../../errors.ts';
import type { ProviderSchedule } from '../provider.ts';
import { emitRun } from '../starts.ts';
import { type Ask, createAsk } from './store-api.ts';

const RUN = 'https://run.googleapis.com/';
const SCHEDULER = 'https://cloudscheduler.googleapis.com/';

interface Access {
  env: NodeJS.ProcessEnv;
  project: string;
  app: string;
  findToken(): Promise<string>;
}

export interface GoogleStarts {
  /** Lets anybody ask the service of a function: `projects/…/locations/…/services/…`. */
  open(service: string): Promise<void>;
  /** Makes the first so many jobs of a function what they are to be, and removes those that were there besides. */
  setJobs(fn: ScheduledFunction, schedules: readonly ProviderSchedule[], before: number): Promise<void>;
}

export interface ScheduledFunction {
  name: string;
  region: string;
  url: string;
  /** Seconds */
  timeout: number;
}

/** `account`: the service account that calls by the clock. */
export function openStarts(access: Access, account: string | undefined): GoogleStarts {
  const { env } = access;
  const run = askAt(access, env.CLOUDSDK_API_ENDPOINT_OVERRIDES_RUN || RUN, '/v2', 'roles/run.admin');
  const api = env.CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDSCHEDULER || SCHEDULER;
  const scheduler = askAt(access, api, '/v1', 'roles/cloudscheduler.admin');
  return {
    open: (service) => letAnybody(run, service),
    async setJobs(fn, schedules, before) {
      for (const [index, schedule] of schedules.entries()) {
        await setJob(scheduler, access, nameJob(access, fn, index), describeJob(access, fn, schedule, account));
      }
      for (let index = schedules.length; index < before; index++) {
        await scheduler('DELETE', `/${nameJob(access, fn, index)}`, { allow: [404] });
      }
    },
  };
}

function askAt({ findToken, project }: Access, api: string, version: string, role: string): Ask {
  return createAsk({
    title: 'Google',
    base: `${api.replace(/\/*$/, '')}${version}`,
    authorize: async () => ({ authorization: `Bearer ${await findToken()}` }),
    credentialsFix: `See that who deploys has the role ${role} in ${project}, for what is started by requests or the clock.`,
  });
}

interface Policy {
  bindings?: { role: string; members?: string[]; condition?: unknown }[];
  [other: string]: unknown;
}

const INVOKER = 'roles/run.invoker';

/** https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services/setIamPolicy */
async function letAnybody(ask: Ask, service: string): Promise<void> {
  const path = `/${service}`;
  const policy: Policy = Object((await ask('GET', `${path}:getIamPolicy?options.requestedPolicyVersion=3`)).body);
  const { bindings = [] } = policy;
  const isOpen = bindings.some(
    ({ role, members = [], condition }) => role === INVOKER && !condition && members.includes('allUsers'),
  );
  if (isOpen) return;
  const opened = { ...policy, bindings: [...bindings, { role: INVOKER, members: ['allUsers'] }] };
  await ask('POST', `${path}:setIamPolicy`, { body: { policy: opened } });
}

function nameJob({ project }: Access, { name, region }: ScheduledFunction, index: number): string {
  return `projects/${project}/locations/${region}/jobs/${name}-run-${index}`;
}

interface Job {
  description: string;
  [setting: string]: unknown;
}

/** Seconds that a job waits for an answer: https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs */
export function findDeadline(timeout: number): number {
  return Math.min(Math.max(timeout, 15), 1800);
}

function describeJob(
  { app }: Access,
  { url, timeout }: ScheduledFunction,
  { fn, cron }: ProviderSchedule,
  account: string | undefined,
): Job {
  return {
    description: `faasify: ${app}`,
    schedule: cron,
    timeZone: 'Etc/UTC',
    attemptDeadline: `${findDeadline(timeout)}s`,
    httpTarget: {
      uri: url,
      httpMethod: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: Buffer.from(emitRun(fn)).toString('base64'),
      oidcToken: { serviceAccountEmail: account, audience: url },
    },
  };
}

/** One that is there has to be the app's. */
async function setJob(ask: Ask, { app }: Access, name: string, job: Job): Promise<void> {
  const { status, body } = await ask('GET', `/${name}`, { allow: [404] });
  if (status === 404) {
    const parent = name.replace(/\/[^/]+$/, '');
    await ask('POST', `/${parent}`, { body: { name, ...job } });
    return;
  }
  const there: Partial<Job> = Object(body);
  if (there.description !== job.description) {
    throw new FaasifyError('not-ours', `The job ${name} does not belong to ${app}`, {
      fix: 'Remove it, or choose another name with --app. What was done before stays, and is found by the next `faasify deploy`.',
    });
  }
  await ask('PATCH', `/${name}?updateMask=${Object.keys(job).join(',')}`, { body: job });
}
