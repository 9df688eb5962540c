import { api } from './api.ts';
import { control } from './control.ts';
import { conventions } from './conventions.ts';
import { decoding } from './decoding.ts';
import type { Fuzzer } from './fuzzer.ts';
import { randomPrograms } from './programs/check.ts';
import { replies } from './replies.ts';
import { requests } from './requests.ts';
import { roundTrips } from './round-trips.ts';

export const fuzzers: Fuzzer[] = [
  ...roundTrips,
  ...decoding,
  ...requests,
  ...replies,
  ...api,
  ...control,
  ...conventions,
  ...randomPrograms,
];
