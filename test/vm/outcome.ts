/** The result of a lane. */
export type Outcome = {
  readonly tests: number;
  readonly passed: number;
  /** The faults, a line each; the lane is green when there is none. */
  readonly problems: readonly string[];
  /** The tests that have not passed, each with its file, `networks`. */
  readonly missing?: readonly { readonly file: string; readonly title: string }[];
  /** Whether the tests have come to their end, with or without failures. */
  readonly ended: boolean;
  /** Of the machine, as uname(2) has it: `6.1.0-56-cloud-amd64`. */
  readonly kernel: string;
  readonly architecture: string;
  readonly cgroups: string;
  /** Which tests: `kernel` for those with that tag, `all`. */
  readonly which: string;
  readonly seconds: number;
};

export type LaneOptions = {
  /** Only tests that have this tag. */
  readonly tag?: string;
  /** Only tests of these files: `networks`. */
  readonly files?: readonly string[];
  readonly damage?: Damage;
  /** On how many virtual machines at once, where a lane has them. */
  readonly machines: number;
  readonly print: (line: string) => void;
};

/** The changes that break the copy of `dist` that a machine gets, to see its lane fail. */
export type Damage = { readonly from: string; readonly to: string };
