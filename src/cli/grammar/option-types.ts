/** One option, in the notation of its help line: `-t, --timeout <seconds>`, `--no-deps`. */
export type OptionSpec = {
  readonly flags: string;
  readonly summary: string;
  /** Reads the value; throws a `TypeError` that says what was expected. */
  readonly parse?: (text: string) => unknown;
  readonly choices?: readonly string[];
  readonly default?: string;
  readonly repeat?: true;
  /** The environment variable that the parser takes where the option is not given. */
  readonly env?: string;
};

export type CommandSpec = {
  readonly name: string;
  readonly alias?: string;
  readonly group: 'Start and stop' | 'Look' | 'Enter';
  /** In the notation of usage lines: `<service> [command...]`. */
  readonly operands: string;
  /** What the first operand may be, where that is one of a few words. */
  readonly words?: readonly string[];
  readonly summary: string;
  readonly details?: string;
  readonly options: readonly OptionSpec[];
  /** What follows `tscompose` on the command line. */
  readonly examples: readonly string[];
  readonly exitStatus?: string;
  /** What follows the first operand is not looked at. */
  readonly passThrough?: true;
};

/** What the parser makes of a list of options: `--no-log-prefix` is `logPrefix`, true unless it is given. */
export type OptionsOf<Specs extends readonly OptionSpec[]> = {
  readonly [Spec in Specs[number] as Key<LongName<Spec['flags']>>]: Spec extends { repeat: true }
    ? readonly Value<Spec>[]
    : Spec extends { default: string }
      ? Value<Spec>
      : Spec['flags'] extends `${string}--no-${string}`
        ? boolean
        : Value<Spec> | undefined;
};

type Value<Spec extends OptionSpec> = Spec extends { parse: (text: string) => infer Parsed }
  ? Parsed
  : Spec extends { choices: readonly (infer Choice)[] }
    ? Choice
    : Spec['flags'] extends `${string}<${string}`
      ? string
      : boolean;

type LongName<Flags> = Flags extends `${string}--${infer Long}`
  ? Long extends `${infer Name} ${string}`
    ? Name
    : Long
  : never;

type Key<Name extends string> = Camel<Name extends `no-${infer Positive}` ? Positive : Name>;

type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;
