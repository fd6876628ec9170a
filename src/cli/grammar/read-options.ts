import { didYouMean } from '../../base/text/typo.ts';
import type { DockerOption } from './docker-compose.ts';
import { readFlags } from './flags.ts';
import { globalOptions } from './global-options.ts';
import { notHere } from './not-here.ts';
import type { OptionSpec } from './option-types.ts';
import { readTruth, readValue, valuesByKey } from './option-values.ts';
import { seeHelp, usage } from './usage.ts';

/** The options that may stand at a place of a command line. */
export type Scope = {
  /** The command; empty before it. */
  readonly command: string;
  readonly options: readonly OptionSpec[];
  /** All options of Docker Compose at this place. */
  readonly docker: readonly DockerOption[];
  /** All words from the first operand on are operands. */
  readonly passThrough: boolean;
};

export type Read = {
  /** By the keys of `OptionsOf`. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly operands: readonly string[];
  /** `--help` stands among the options. */
  readonly wantsHelp: boolean;
};

/**
 * Reads options as Docker Compose does: `--name value`, `--name=value`, `-n5`, `-it`, `--flag=false`. The last value of
 * an option holds; `--` ends the options. Throws a Problem for an unknown option and for a value of another form.
 */
export function readOptions(words: readonly string[], scope: Scope): Read {
  const names = namesOf(scope);
  const given = new Map<OptionSpec, unknown>();
  const operands: string[] = [];
  const rest = [...words];
  const see = seeHelp(scope.command);
  let wantsHelp = false;

  /** `attached`: the value in the same word, if there is one. */
  const take = (name: string, attached?: string): void => {
    if (name === '-h' || name === '--help') {
      wantsHelp = true;
      return;
    }
    const option = names.get(name);
    if (!option) throw unknownOption(name, scope);
    const text = attached ?? (option.takesValue ? rest.shift() : 'true');
    if (text === undefined) throw usage(`option \`${option.flags}\` needs a value`, see);
    const { spec } = option;
    if (!spec) return;
    if (!option.takesValue) given.set(spec, readTruth(option.flags, text, see) !== option.isOpposite);
    else if (!spec.repeat) given.set(spec, readValue(spec, text, see));
    else given.set(spec, [...((given.get(spec) as readonly unknown[]) ?? []), readValue(spec, text, see)]);
  };

  /** `-it`, `-n5`, `-d=false`: one letter after the other; the first with a value takes the rest. */
  const takeLetters = (letters: string): void => {
    for (let at = 0; at < letters.length; at++) {
      const name = `-${letters[at]}`;
      const after = letters.slice(at + 1);
      const takesRest = after.startsWith('=') || (after !== '' && names.get(name)?.takesValue);
      take(name, takesRest ? after.replace(/^=/, '') : undefined);
      if (takesRest) return;
    }
  };

  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [name = '', ...value] = word.split('=');
    if (word === '--') operands.push(...rest.splice(0));
    else if (word.startsWith('--')) take(name, value.length > 0 ? value.join('=') : undefined);
    else if (word.startsWith('-') && word !== '-') takeLetters(word.slice(1));
    else operands.push(word, ...(scope.passThrough ? rest.splice(0) : []));
  }
  return { options: valuesByKey(scope.options, given), operands, wantsHelp };
}

type Name = {
  readonly flags: string;
  readonly takesValue: boolean;
  /** The row; undefined for an option of Docker Compose that is accepted without effect. */
  readonly spec?: OptionSpec;
  /** Whether the name says the opposite of the row's. */
  readonly isOpposite: boolean;
};

/** Every name of an option at this place. A row of ours precedes an option of Docker Compose. */
function namesOf({ options, docker }: Scope): { readonly get: (name: string) => Name | undefined } {
  const names = new Map<string, Name | DockerOption>();
  const add = (flags: string, option: (takesValue: boolean) => Name | DockerOption): void => {
    const parts = readFlags(flags);
    for (const name of parts.names) if (!names.has(name)) names.set(name, option(parts.value !== undefined));
  };
  for (const spec of options)
    for (const form of [spec, ...(spec.opposite ? [spec.opposite] : [])])
      for (const notation of [form.flags, ...(form.aliases ?? [])])
        add(notation, (takesValue) => ({ flags: form.flags, takesValue, spec, isOpposite: form !== spec }));
  for (const option of docker)
    add(option.flags, (takesValue) =>
      option.quiet ? { flags: option.flags, takesValue, isOpposite: false } : option,
    );
  return {
    get: (name) => {
      const found = names.get(name);
      if (found && !('takesValue' in found)) throw notHere('option', name, found.lacks);
      return found;
    },
  };
}

function unknownOption(name: string, { command, options }: Scope) {
  const message = `unknown option \`${name}\``;
  // Users of other Compose tools write `up -f other.yaml`.
  if (command && globalOptions.some(({ flags }) => readFlags(flags).names.includes(name)))
    return usage(message, `\`${name}\` belongs before the command: \`tscompose ${name} … <command>\``);
  const near = didYouMean(
    name,
    options.map(({ flags }) => `--${readFlags(flags).long}`),
  );
  return usage(message, near ? `did you mean \`${near}\`?` : seeHelp(command));
}
