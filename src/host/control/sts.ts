/** Who asks: there is one account, and one who is everybody. */
import type { Answer } from './answer.ts';
import { invalidAction } from './iam.ts';
import { ACCOUNT } from './names.ts';
import { formatXml } from './xml.ts';

export function answerSts(form: URLSearchParams): Answer {
  if (form.get('Action') !== 'GetCallerIdentity') throw invalidAction(form);
  const identity = { Arn: `arn:aws:iam::${ACCOUNT}:root`, UserId: ACCOUNT, Account: ACCOUNT };
  return formatXml('https://sts.amazonaws.com/doc/2011-06-15/', 'GetCallerIdentity', identity);
}
