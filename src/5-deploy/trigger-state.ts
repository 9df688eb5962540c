/** What starts functions besides calls: addresses and the clock, as it is and as it is to be. Plain data. */
import type { Tags } from './state.ts';

export interface DesiredTriggers {
  api?: DesiredApi;
  rules: DesiredRule[];
}

/** All addresses of an app in a region. */
export interface DesiredApi {
  name: string;
  /** `arn:aws:execute-api:eu-west-1:123456789012:`, in front of its id. */
  source: string;
  routes: DesiredRoute[];
  tags: Tags;
}

export interface DesiredRoute {
  /** `GET /price/{id}` */
  key: string;
  function: string;
  /** ARN of the function, with the alias. */
  target: string;
}

/** A function runs by the clock, or is kept warm. */
export interface DesiredRule {
  name: string;
  arn: string;
  expression: string;
  function: string;
  target: string;
  /** What the function is given. */
  input: string;
  tags: Tags;
}

export interface ActualTriggers {
  api?: ActualApi;
  /** Ids of others of the same app: of two deployments at the same time each has made one. */
  spareApis: string[];
  rules: ActualRule[];
  /** Who may start functions of the app, as far as we have said so. */
  grants: Grant[];
}

export interface ActualApi {
  id: string;
  name: string;
  /** `https://abc.execute-api.eu-west-1.amazonaws.com` */
  endpoint: string;
  tags: Tags;
  /** Everything that is set goes live at once. */
  isLive: boolean;
  routes: { id: string; key: string; integration: string }[];
  integrations: { id: string; target: string; isPlain: boolean }[];
}

export interface ActualRule {
  name: string;
  tags: Tags;
  expression: string;
  isOn: boolean;
  targets: { id: string; arn: string; input: string }[];
}

/** A statement in the policy of a function's alias. */
export interface Grant {
  function: string;
  id: string;
  principal: string;
  source: string;
}
