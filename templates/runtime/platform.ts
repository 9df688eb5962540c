/** The feature of units whose functions do other things on other platforms (`path.join`, `os.EOL`): it has to be that of their caller. */
import { differ, type Feature } from './dispatch.ts';

export const platform: Feature = {
  begin({ platform: wanted }) {
    const { platform: own } = process;
    if (wanted !== undefined && wanted !== own) throw differ(`the unit is on ${own}, not on ${wanted}`);
    return { end() {}, add() {} };
  },
};
