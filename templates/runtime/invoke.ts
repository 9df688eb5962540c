/** The thread that calls for an app. */
import { signHeaders } from './aws.ts';
import { passOn } from './invoking.ts';

passOn(signHeaders);
