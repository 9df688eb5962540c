/** `node dist/write-build-id.js`, as the last step of a build of faasify. */

import { writeBuildId } from './installation.ts';

writeBuildId();
