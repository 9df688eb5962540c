import { afterEach, expect, it, vi } from 'vitest';
import { handle, surroundings, zone } from '../../templates/runtime/handle.ts';
import type { Reply } from '../../templates/runtime/protocol.ts';
import { readLanguage, readZone } from '../../templates/runtime/zone.ts';

afterEach(() => void vi.unstubAllEnvs());

const call = handle(
  { 'm#midnight': { run: () => [new Date(2024, 0, 1).toISOString(), process.env.TZ] } },
  surroundings,
  zone,
);

/** That of a program which runs there. */
function zoneIn(TZ: string): ReturnType<typeof readZone> {
  vi.stubEnv('TZ', TZ);
  const found = readZone();
  vi.unstubAllEnvs();
  return found;
}

function ask(request: object): Reply {
  return call({ v: 3, fn: 'm#midnight', args: [], ...request }) as Reply;
}

it('a process is in the time zones of its callers, one after the other, and then in its own', () => {
  const [india, york] = [zoneIn('Asia/Kolkata'), zoneIn('America/New_York')];
  const before = [process.env.TZ, new Date(2024, 0, 1).getTime()];
  expect(ask({ zone: india })).toEqual({ ret: ['2023-12-31T18:30:00.000Z', 'Asia/Kolkata'] });
  expect(ask({ zone: york })).toEqual({ ret: ['2024-01-01T05:00:00.000Z', 'America/New_York'] });
  expect([process.env.TZ, new Date(2024, 0, 1).getTime()]).toEqual(before);
});

it('zones have no name where TZ is a rule, and are found by that', () => {
  const own = zoneIn('UTC+3');
  expect(own).toEqual(['UTC+3', '', expect.any(Number)]);
  expect(ask({ zone: own })).toEqual({ ret: ['2024-01-01T03:00:00.000Z', 'UTC+3'] });
});

it('a zone that cannot be taken on is refused, and the process stays where it was', () => {
  const before = [process.env.TZ, readZone()];
  const [, , offsets] = zoneIn('Asia/Tokyo');
  expect(ask({ zone: ['Mars/Olympus', 'Mars/Olympus', 1] })).toEqual({
    refused: {
      code: 'surroundings',
      message: expect.stringMatching(/^the time zone of the unit is .*, not Mars\/Olympus$/),
    },
  });
  expect(ask({ zone: ['Asia/Tokyo', 'Asia/Tokyo', offsets + 1] }).refused?.code).toBe('surroundings');
  expect([process.env.TZ, readZone()]).toEqual(before);
});

it('a function that reads TZ finds that of its caller, or does not run', () => {
  const india = zoneIn('Asia/Kolkata');
  const told = ask({ zone: india, env: { TZ: 'Asia/Kolkata' } });
  expect(told).toEqual({ ret: ['2023-12-31T18:30:00.000Z', 'Asia/Kolkata'] });
  expect(ask({ zone: india, env: { TZ: null } }).refused?.code).toBe('surroundings');
});

it('another language, or another version of what is known about languages, is refused', () => {
  const [name, version] = readLanguage();
  expect(ask({ language: [name, version] })).toHaveProperty('ret');
  expect(ask({ language: [version] })).toHaveProperty('ret');
  expect(ask({ language: ['tlh', version] }).refused).toEqual({
    code: 'surroundings',
    message: `the language of the unit is ${name}, not tlh`,
  });
  expect(ask({ language: ['1'] }).refused).toEqual({
    code: 'surroundings',
    message: `what the unit knows about languages is CLDR ${version}, not 1`,
  });
});

it.each([[{ zone: 7 }], [{ zone: {} }], [{ zone: ['a\0b', 1, 2] }], [{ language: 5 }], [{ language: [] }]])(
  '%j is refused',
  (request) => {
    expect(ask(request).refused?.code).toMatch(/^(?:bad-request|surroundings)$/);
  },
);
