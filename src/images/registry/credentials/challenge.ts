/** One way to prove an identity, as a registry offers it. */
export type Challenge = {
  /** `basic`, `bearer`: lower case. */
  readonly scheme: string;
  /** `realm`, `service`, `scope`: the names are lower case. */
  readonly parameters: Readonly<Record<string, string>>;
};

/**
 * Reads the header WWW-Authenticate (RFC 9110, 11.6.1). Several challenges may share one header, separated by the same
 * comma as their parameters: a word that no `=` follows begins the next one.
 */
export const readChallenges = (header: string): readonly Challenge[] => {
  const challenges: { readonly scheme: string; readonly parameters: Record<string, string> }[] = [];
  for (const [, scheme, name, quoted, plain] of header.matchAll(PIECE)) {
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: {} });
    else if (name !== undefined && challenges.length > 0)
      challenges.at(-1)!.parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '';
  }
  return challenges;
};

const TOKEN = "[\\w!#$%&'*+.^`|~-]+";
const PIECE = new RegExp(
  `(${TOKEN})(?=\\s+${TOKEN}\\s*=|\\s*,|\\s*$)(?!\\s*=)|(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))`,
  'g',
);
