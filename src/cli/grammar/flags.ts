import type { OptionSpec } from './option-types.ts';

/** The parts of the notation of an option: `-t, --timeout <seconds>`. */
export type Flags = {
  /** `-t` and `--timeout`. */
  readonly names: readonly string[];
  /** `timeout`. */
  readonly long: string;
  /** `seconds`; undefined for an option that is given or not. */
  readonly value: string | undefined;
};

export function readFlags(notation: string): Flags {
  const names = notation.match(/--?[a-zA-Z][a-zA-Z0-9-]*/g) ?? [];
  return { names, long: names.at(-1)?.slice(2) ?? '', value: /<(.*)>/.exec(notation)?.[1] };
}

/** The options as help shows them: an opposite is an option of its own. */
export function shownOptions(options: readonly OptionSpec[]): readonly OptionSpec[] {
  return options.flatMap((option) => (option.opposite ? [option, option.opposite] : [option]));
}

/**
 * The parser's key of an option: `logPrefix` for `--no-log-prefix`, whose values are turned around; `noAttach` for
 * `--no-attach <service>`, which has a value of its own.
 */
export function keyOf({ long, value }: Pick<Flags, 'long' | 'value'>): {
  readonly key: string;
  readonly negated: boolean;
} {
  const negated = value === undefined && long.startsWith('no-');
  const words = (negated ? long.slice('no-'.length) : long).split('-');
  const key = words.map((word, index) => (index > 0 ? word.charAt(0).toUpperCase() + word.slice(1) : word));
  return { key: key.join(''), negated };
}
