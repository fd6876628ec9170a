import { parseDuration } from '../../base/text/duration.ts';

/** The policy of a service: when its image is fetched. */
export type PullPolicy = {
  /** `always`, `missing`, `never`, `build`, `refresh`, `daily`, `weekly` or `every_12h`; `missing` if it is left out. */
  readonly policy?: string;
  /** ms, for `refresh` */
  readonly refreshAfter?: number;
};

/**
 * Whether a registry is asked for an image, as Docker Compose decides it: the specification wants `latest` to be pulled
 * even if it is there, but Docker Compose does not do that, and files rely on it.
 * @param lastTagTime when the name was fetched last, in ms since 1970; undefined if the image is not here
 */
export const mustPull = (
  { policy = 'missing', refreshAfter = 0 }: PullPolicy,
  lastTagTime: number | undefined,
  now: number,
): boolean => {
  if (policy === 'always') return true;
  if (policy === 'never' || policy === 'build') return false;
  if (lastTagTime === undefined) return true;
  const age = ageOf(policy, refreshAfter);
  return age !== undefined && now >= lastTagTime + age;
};

/** The age at which an image is fetched again, in ms. */
const ageOf = (policy: string, refreshAfter: number): number | undefined => {
  if (policy === 'refresh') return refreshAfter;
  return AGES[policy] ?? parseDuration(/^every_(.+)$/.exec(policy)?.[1] ?? '');
};

const DAY = 24 * 3600 * 1000;
const AGES: Readonly<Record<string, number>> = { daily: DAY, weekly: 7 * DAY };
