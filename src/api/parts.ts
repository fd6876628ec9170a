import type { PartOf, Zod } from './call.ts';
import { text } from './query.ts';

/** Parts that several calls share. */

/** The query of a call that its caller can cancel: an id of the caller's choice. */
export const cancellable = { call: text };

/** Rows and columns; ioctl_tty(2) has 16 bits for each. */
export const consoleSize = (z: Zod) => {
  const side = z.int().check(z.nonnegative(), z.maximum(0xffff));
  return z.tuple([side, side]);
};

/** The way to start the first process of a container. */
export const runnerChoice = (z: Zod) => z.literal(['direct', 'reexec']);

export type RunnerChoice = PartOf<typeof runnerChoice>;

/** The contents of configs and secrets that are in no file, by `secrets.token`; no part of the project. */
export const contents = (z: Zod) => z.record(z.string(), z.string());

/** Milliseconds that replace every `stop_grace_period`. */
export const timeout = (z: Zod) => z.number().check(z.nonnegative());
