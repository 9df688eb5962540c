import type { Settings } from '../types.ts';
import { lambda } from './lambda.ts';
import { local } from './local.ts';
import type { Provider } from './provider.ts';

export const providers: Record<Settings['target'], Provider> = { lambda, local };
