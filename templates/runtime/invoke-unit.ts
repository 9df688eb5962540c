/** The thread that calls for a unit which has been deployed. */
import { passOn } from './invoking.ts';
import { signHeaders } from './sign.ts';

passOn(signHeaders);
