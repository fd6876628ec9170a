/** A command that finds out whether a container is healthy, and when it is run. Times are milliseconds. */
export type HealthCheck = {
  /** `CMD` and the words of a command, or `CMD-SHELL` and a text for a shell. */
  readonly test: readonly string[];
  /** The shell of the image, such as `/bin/bash -c`; `/bin/sh -c` if it is missing. */
  readonly shell?: readonly string[];
  /** From the end of a check to the start of the next one. */
  readonly interval: number;
  /** A check that takes longer has failed. */
  readonly timeout: number;
  /** Failures in a row that make a container unhealthy. */
  readonly retries: number;
  /** From the start of a container; failures in it do not count before the first success. */
  readonly startPeriod: number;
  /** The interval in the start period, before the first success. */
  readonly startInterval: number;
};

/** The settings of a health check in one place; 0 and an empty test say nothing. */
export type PartOfHealthCheck = { readonly [Key in keyof HealthCheck]?: HealthCheck[Key] | undefined };

/** As in Docker. */
const DEFAULTS = {
  interval: 30_000,
  timeout: 30_000,
  retries: 3,
  startPeriod: 0,
  startInterval: 5000,
} as const;

/** Fills in each field from the first part that says something of it, and then from the defaults; no test is no check. */
export function healthCheckFrom(...parts: readonly PartOfHealthCheck[]): HealthCheck | undefined {
  const { test = [], ...fields } = Object.assign({}, ...parts.map(saidBy).reverse()) as PartOfHealthCheck;
  const [kind] = test;
  return kind === 'CMD' || kind === 'CMD-SHELL' ? { ...DEFAULTS, ...(fields as object), test } : undefined;
}

function saidBy(part: PartOfHealthCheck): PartOfHealthCheck {
  return Object.fromEntries(
    Object.entries(part).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : Boolean(value))),
  );
}
