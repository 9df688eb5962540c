/** Where functions can be asked over HTTP, and when others run by themselves. */
import type { Actual } from './state.ts';

export interface Address {
  method: string;
  /** `https://abc.execute-api.eu-west-1.amazonaws.com/price/{id}` */
  url: string;
  function: string;
}

export function listAddresses({ regions }: Actual): Address[] {
  return regions.flatMap(({ triggers }) => {
    const { api } = triggers ?? { api: undefined };
    return (api?.routes ?? [])
      .map(({ key, integration }) => {
        const [method = '', path = ''] = key.split(' ');
        const target = api?.integrations.find(({ id }) => id === integration)?.target;
        return { method, url: `${api?.endpoint}${path}`, function: readFunctionName(target) };
      })
      .sort((a, b) => (a.url + a.method < b.url + b.method ? -1 : 1));
  });
}

export interface Timetable {
  expression: string;
  function: string;
  isOn: boolean;
  /** It is only kept ready. */
  isWarming: boolean;
}

export function listTimetable({ regions }: Actual): Timetable[] {
  return regions.flatMap(({ triggers }) =>
    (triggers?.rules ?? []).map(({ expression, isOn, targets }) => {
      const [target] = targets;
      const isWarming = target?.input.includes('"warm"') ?? false;
      return { expression, function: readFunctionName(target?.arn), isOn, isWarming };
    }),
  );
}

function readFunctionName(arn = ''): string {
  return /:function:([^:/]+)/.exec(arn)?.[1] ?? '';
}
