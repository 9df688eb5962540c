/** The thread that calls for an app. */
import { signHeaders } from './aws.ts';
import { checkIn, checkOut } from './claim-check.ts';
import { passOn } from './invoking.ts';

passOn(signHeaders, { checkIn, checkOut });
