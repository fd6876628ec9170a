import { keyOf, readFlags } from './flags.ts';
import type { OptionSpec } from './option-types.ts';
import { seeHelp, usage } from './usage.ts';
import { saysYes } from './values.ts';

/** Reads the value of an option; throws a Problem that names the expected form. */
export function readValue(
  { flags, choices, parse }: OptionSpec,
  text: string,
  see = seeHelp(),
  source = '',
): unknown {
  if (choices?.includes(text) === false)
    throw invalidValue(flags, text, `expected one of ${choices.join(', ')}`, see, source);
  try {
    return parse ? parse(text) : text;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const [expected = '', suggestion] = error.message.split('\n');
    throw invalidValue(flags, text, expected, suggestion ?? see, source);
  }
}

/** `--flag=false` in the spellings of Docker Compose: those of Go's strconv.ParseBool. */
export function readTruth(flags: string, text: string, see: string): boolean {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw invalidValue(flags, text, 'expected true or false', see);
}

/** The options by the keys of `OptionsOf`; an option that is not given has the value of its variable, or its default. */
export function valuesByKey(
  options: readonly OptionSpec[],
  given: ReadonlyMap<OptionSpec, unknown>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    options.map((spec) => {
      const { key, negated } = keyOf(readFlags(spec.flags));
      const value = given.has(spec) ? given.get(spec) : (fromEnvironment(spec) ?? preset(spec));
      return [key, negated ? value !== true : value];
    }),
  );
}

function preset({ repeat, default: value }: OptionSpec): unknown {
  return repeat ? [] : value;
}

/** An empty variable counts as unset; the variable of a flag must have a true value. */
function fromEnvironment(spec: OptionSpec): unknown {
  const text = spec.env && process.env[spec.env];
  if (!text) return undefined;
  if (readFlags(spec.flags).value === undefined) return saysYes(text) || undefined;
  return readValue(spec, text, undefined, ` from env \`${spec.env}\``);
}

function invalidValue(flags: string, text: string, expected: string, help: string, source = '') {
  const what = `option \`${flags}\` ${source ? 'value' : 'argument'} \`${text}\`${source}`;
  return usage(`${what} is invalid: ${expected}`, help);
}
