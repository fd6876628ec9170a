import { type Check, list, map, object, optional, orNull, text } from '../../base/shape.ts';

/**
 * The configuration of an image: that of OCI, or Docker's, which have the same fields. It comes from strangers: every
 * field has its type, and no text has a NUL; whether users and paths exist is found out by a start.
 */
export type ImageConfig = {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  /** As RFC 3339 has it. */
  readonly created?: string;
  readonly author?: string;
  /** `uid[:gid]` or `name[:group]`. */
  readonly user?: string;
  readonly workingDir?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Paths in the container. */
  readonly volumes: readonly string[];
  /** `80/tcp` */
  readonly exposedPorts: readonly string[];
  /** A name such as `SIGQUIT`, or a number. */
  readonly stopSignal?: string;
  readonly healthcheck?: ImageHealthcheck;
  /** The shell of its health check: `["/bin/bash", "-c"]`. */
  readonly shell?: readonly string[];
  /** The digests of the plain layers, lowest first. */
  readonly diffIds: readonly string[];
  /** One entry for each instruction that made the image, oldest first. */
  readonly history: readonly ImageHistory[];
};

/** Durations in nanoseconds; 0 stands for the default. */
export type ImageHealthcheck = {
  /** `["NONE"]`, or `CMD` or `CMD-SHELL` and its arguments. */
  readonly test: readonly string[];
  readonly interval?: number;
  readonly timeout?: number;
  readonly startPeriod?: number;
  readonly startInterval?: number;
  readonly retries?: number;
};

export type ImageHistory = {
  readonly created?: string;
  readonly createdBy?: string;
  readonly author?: string;
  readonly comment?: string;
  /** It made no layer. */
  readonly isEmpty: boolean;
};

/** The configuration in these bytes, or the fault: `.config.Env.0 is no text`. */
export type ReadImageConfig = { readonly config: ImageConfig } | { readonly fault: string };

export const readImageConfig = (bytes: Uint8Array): ReadImageConfig => {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    return { fault: ` is no JSON: ${(error as Error).message}` };
  }
  const fault = written(value);
  return fault === undefined ? { config: configOf(value as Written) } : { fault };
};

const configOf = ({ config, rootfs, history, ...image }: Written): ImageConfig => {
  const {
    User,
    WorkingDir,
    Entrypoint,
    Cmd,
    Env,
    Labels,
    Volumes,
    ExposedPorts,
    StopSignal,
    Healthcheck,
    Shell,
  } = config ?? {};
  return {
    os: image.os || 'linux',
    architecture: image.architecture,
    ...given('variant', image.variant),
    ...given('created', image.created),
    ...given('author', image.author),
    ...given('user', User),
    ...given('workingDir', WorkingDir),
    ...given('entrypoint', Entrypoint),
    ...given('command', Cmd),
    environment: Object.fromEntries((Env ?? []).flatMap(variable)),
    labels: Labels ?? {},
    volumes: Object.keys(Volumes ?? {}),
    exposedPorts: Object.keys(ExposedPorts ?? {}),
    ...given('stopSignal', StopSignal),
    ...(Healthcheck?.Test?.length && { healthcheck: healthcheckOf(Healthcheck, Healthcheck.Test) }),
    ...given('shell', Shell),
    diffIds: rootfs?.diff_ids ?? [],
    history: (history ?? []).map(historyOf),
  };
};

const healthcheckOf = (
  { Interval, Timeout, StartPeriod, StartInterval, Retries }: WrittenHealthcheck,
  test: readonly string[],
): ImageHealthcheck => ({
  test,
  ...given('interval', Interval),
  ...given('timeout', Timeout),
  ...given('startPeriod', StartPeriod),
  ...given('startInterval', StartInterval),
  ...given('retries', Retries),
});

const historyOf = ({ created, created_by, author, comment, empty_layer }: WrittenHistory): ImageHistory => ({
  ...given('created', created),
  ...given('createdBy', created_by),
  ...given('author', author),
  ...given('comment', comment),
  isEmpty: empty_layer === true,
});

/** Null, an empty text and 0 say nothing; an empty list is what `ENTRYPOINT []` leaves, which says nothing either. */
const given = <Key extends string, Value>(
  key: Key,
  value: Value | null | undefined,
): { readonly [K in Key]?: Value } =>
  !value || (Array.isArray(value) && value.length === 0)
    ? {}
    : ({ [key]: value } as { readonly [K in Key]: Value });

/** As in Docker, an entry without a value stands for no variable. */
const variable = (entry: string): readonly (readonly [name: string, value: string])[] => {
  const equals = entry.indexOf('=');
  return equals > 0 ? [[entry.slice(0, equals), entry.slice(equals + 1)]] : [];
};

type Nullable<T> = { readonly [Key in keyof T]?: T[Key] | null };

type Written = Nullable<{
  readonly os: string;
  readonly variant: string;
  readonly created: string;
  readonly author: string;
  readonly config: Nullable<{
    readonly User: string;
    readonly WorkingDir: string;
    readonly Entrypoint: readonly string[];
    readonly Cmd: readonly string[];
    readonly Env: readonly string[];
    readonly Labels: Readonly<Record<string, string>>;
    readonly Volumes: Readonly<Record<string, unknown>>;
    readonly ExposedPorts: Readonly<Record<string, unknown>>;
    readonly StopSignal: string;
    readonly Healthcheck: WrittenHealthcheck;
    readonly Shell: readonly string[];
  }>;
  readonly rootfs: { readonly diff_ids?: readonly string[] | null };
  readonly history: readonly WrittenHistory[];
}> & { readonly architecture: string };

type WrittenHealthcheck = Nullable<{
  readonly Test: readonly string[];
  readonly Interval: number;
  readonly Timeout: number;
  readonly StartPeriod: number;
  readonly StartInterval: number;
  readonly Retries: number;
}>;

type WrittenHistory = Nullable<{
  readonly created: string;
  readonly created_by: string;
  readonly author: string;
  readonly comment: string;
  readonly empty_layer: boolean;
}>;

/** execve(2), mount(2) and files of /etc end at a NUL: what precedes it would be another text than the one shown. */
const plain: Check = (value) =>
  text(value) ?? ((value as string).includes('\0') ? ' contains a NUL' : undefined);

const orNothing = (check: Check): Check => optional(orNull(check));

const texts = orNothing(list(plain));

const named = (check: Check): Check => {
  const values = orNothing(map(check));
  return (value) => values(value) ?? list(plain)(Object.keys(value ?? {}));
};

const anything: Check = () => undefined;

const whole: Check = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : ' is no whole number';

const diffId: Check = (value) =>
  text(value) ?? (/^sha256:[0-9a-f]{64}$/.test(value as string) ? undefined : ' is no SHA-256 digest');

const written = object({
  os: orNothing(plain),
  architecture: plain,
  variant: orNothing(plain),
  created: orNothing(plain),
  author: orNothing(plain),
  config: orNothing(
    object({
      User: orNothing(plain),
      WorkingDir: orNothing(plain),
      Entrypoint: texts,
      Cmd: texts,
      Env: texts,
      Labels: named(plain),
      Volumes: named(anything),
      ExposedPorts: named(anything),
      StopSignal: orNothing(plain),
      Shell: texts,
      Healthcheck: orNothing(
        object({
          Test: texts,
          ...Object.fromEntries(
            ['Interval', 'Timeout', 'StartPeriod', 'StartInterval', 'Retries'].map((key) => [
              key,
              orNothing(whole),
            ]),
          ),
        }),
      ),
    }),
  ),
  rootfs: orNothing(object({ diff_ids: orNothing(list(diffId)) })),
  history: orNothing(
    list(
      object({
        created: orNothing(plain),
        created_by: orNothing(plain),
        author: orNothing(plain),
        comment: orNothing(plain),
      }),
    ),
  ),
});
