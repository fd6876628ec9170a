import { type Check, list, number, object, text } from '../../../base/shape.ts';

/** A specification of the Container Device Interface, version 1.0: devices of one vendor and class. */
export type Specification = {
  readonly cdiVersion: string;
  /** `vendor.com/class`. */
  readonly kind: string;
  readonly devices: readonly SpecifiedDevice[];
  /** For a container with any of the devices. */
  readonly containerEdits?: Edits | null;
};

export type SpecifiedDevice = { readonly name: string; readonly containerEdits?: Edits | null };

/** The changes of a container. Keys that are missing and null are the same, as in YAML. */
export type Edits = {
  readonly env?: readonly string[] | null;
  readonly deviceNodes?: readonly SpecifiedNode[] | null;
  readonly mounts?: readonly SpecifiedMount[] | null;
  readonly hooks?: readonly SpecifiedHook[] | null;
  readonly additionalGids?: readonly number[] | null;
  readonly intelRdt?: unknown;
  readonly netDevices?: unknown;
};

export type SpecifiedNode = {
  readonly path: string;
  /** The same as `path` if it is missing. */
  readonly hostPath?: string | null;
  /** `b`, `c`, `u` for `c`, or `p`; with the numbers, those of the node on the host if they are missing. */
  readonly type?: string | null;
  readonly major?: number | null;
  readonly minor?: number | null;
  readonly fileMode?: number | null;
  /** Letters of `rwm`, all by default. */
  readonly permissions?: string | null;
  readonly uid?: number | null;
  readonly gid?: number | null;
};

export type SpecifiedMount = {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly type?: string | null;
  readonly options?: readonly string[] | null;
};

export type SpecifiedHook = {
  readonly hookName: string;
  readonly path: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly string[] | null;
  /** Seconds. */
  readonly timeout?: number | null;
};

/** The first problem of a value that was read as a specification; undefined if it is valid. */
export const specificationProblem = (value: unknown): string | undefined => {
  const problem = specification(value);
  if (problem !== undefined) return problem;
  const { devices } = value as Specification;
  const names = devices.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : `.devices has \`${twice}\` twice`;
};

const absent =
  (check: Check): Check =>
  (value) =>
    value === undefined || value === null ? undefined : check(value);

const matching =
  (pattern: RegExp, what: string): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? undefined : ` is no ${what}`;

const path = matching(/^\/[^\0]*$/, 'absolute path');
const variable = matching(/^[^=\0]+=[^\0]*$/, 'variable `NAME=value`');
const whole: Check = (value) =>
  Number.isInteger(value) && (value as number) >= 0 ? undefined : ' is no whole number';
const seconds: Check = (value) =>
  whole(value) ?? ((value as number) > 0 ? undefined : ' is no number of seconds');

const edits = object({
  env: absent(list(variable)),
  deviceNodes: absent(
    list(
      object({
        path,
        hostPath: absent(path),
        type: absent(matching(/^[bcup]?$/, 'type of a device')),
        major: absent(number),
        minor: absent(number),
        fileMode: absent(whole),
        permissions: absent(matching(/^[rwm]*$/, 'permissions of `r`, `w` and `m`')),
        uid: absent(whole),
        gid: absent(whole),
      }),
    ),
  ),
  mounts: absent(
    list(
      object({
        hostPath: text,
        containerPath: path,
        type: absent(text),
        options: absent(list(text)),
      }),
    ),
  ),
  hooks: absent(
    list(
      object({
        hookName: text,
        path,
        args: absent(list(text)),
        env: absent(list(variable)),
        timeout: absent(seconds),
      }),
    ),
  ),
  additionalGids: absent(list(whole)),
});

const specification = object({
  cdiVersion: matching(/^[01]\.\d+(\.\d+)?([-+].*)?$/, 'version that is supported, such as 1.0.0'),
  kind: matching(/^[A-Za-z]([\w.-]*[A-Za-z0-9])?\/[A-Za-z]([\w.-]*[A-Za-z0-9])?$/, 'kind `vendor.com/class`'),
  devices: list(
    object({
      name: matching(/^[A-Za-z0-9]([\w.:-]*[A-Za-z0-9])?$/, 'name of a device'),
      containerEdits: absent(edits),
    }),
  ),
  containerEdits: absent(edits),
});
