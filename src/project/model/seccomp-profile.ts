/** A profile of seccomp(2) in the JSON format of Docker, with some fields left out that say nothing. */
export type SeccompProfile = {
  /** For `explain`: the name of the file, or of the default profile. */
  readonly name: string;
  readonly defaultAction: SeccompAction;
  /** EPERM if it is missing, as in `errnoRet`. */
  readonly defaultErrnoRet?: number;
  readonly architectures?: readonly string[];
  readonly archMap?: readonly {
    readonly architecture: string;
    readonly subArchitectures?: readonly string[] | null;
  }[];
  readonly flags?: readonly SeccompFlag[];
  readonly syscalls: readonly SeccompRules[];
};

/** A rule for each of the names, where the conditions hold. */
export type SeccompRules = {
  /** Names that this kernel does not have are left out. */
  readonly names: readonly string[];
  readonly action: SeccompAction;
  /** The errno, or the number that a tracer gets. */
  readonly errnoRet?: number;
  /** All must hold. */
  readonly args?: readonly SeccompArgument[] | null;
  /** All of them must hold for the rule to be in the filter. */
  readonly includes?: SeccompConditions;
  /** None of them must hold. */
  readonly excludes?: SeccompConditions;
};

/** Compares argument `index` of a call; `valueTwo` is for `SCMP_CMP_MASKED_EQ`, where `value` is the mask. */
export type SeccompArgument = {
  readonly index: number;
  readonly value: SeccompNumber;
  readonly valueTwo?: SeccompNumber;
  readonly op: SeccompOperator;
};

/** An integer from 0 to 2^64 - 1; a text of digits where JavaScript has no exact number. */
export type SeccompNumber = number | string;

export type SeccompConditions = {
  readonly caps?: readonly string[];
  /** Docker's names: `amd64`, `arm64`. */
  readonly arches?: readonly string[];
  /** Version and first revision of the kernel: `4.8`. */
  readonly minKernel?: string;
};

/** The value that a filter returns for an action, without an errno. */
export const SECCOMP_ACTIONS = {
  SCMP_ACT_KILL: 0x00000000,
  SCMP_ACT_KILL_THREAD: 0x00000000,
  SCMP_ACT_KILL_PROCESS: 0x80000000,
  SCMP_ACT_TRAP: 0x00030000,
  SCMP_ACT_ERRNO: 0x00050000,
  SCMP_ACT_TRACE: 0x7ff00000,
  SCMP_ACT_LOG: 0x7ffc0000,
  SCMP_ACT_ALLOW: 0x7fff0000,
} as const;

export type SeccompAction = keyof typeof SECCOMP_ACTIONS;

export const SECCOMP_ACTION_NAMES = Object.keys(SECCOMP_ACTIONS) as SeccompAction[];

export const SECCOMP_OPERATORS = [
  'SCMP_CMP_NE',
  'SCMP_CMP_LT',
  'SCMP_CMP_LE',
  'SCMP_CMP_EQ',
  'SCMP_CMP_GE',
  'SCMP_CMP_GT',
  'SCMP_CMP_MASKED_EQ',
] as const;

export type SeccompOperator = (typeof SECCOMP_OPERATORS)[number];

/** TSYNC says nothing here: the process that takes the filter has one thread. */
export const SECCOMP_FLAGS = [
  'SECCOMP_FILTER_FLAG_TSYNC',
  'SECCOMP_FILTER_FLAG_LOG',
  'SECCOMP_FILTER_FLAG_SPEC_ALLOW',
] as const;

export type SeccompFlag = (typeof SECCOMP_FLAGS)[number];
