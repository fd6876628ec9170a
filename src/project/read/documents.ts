import type { Document } from 'yaml';
import type { Diagnostic, Place, Via } from '../../base/diagnostic.ts';
import type { Source } from '../../base/source.ts';
import type { Extension } from '../tree/extension.ts';
import type { Path } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import { readSource } from './source-file.ts';
import { emptyFile, parseYaml } from './yaml.ts';

export type SourceDocument = { readonly source: Source; readonly document: Document };

/** State that the reading of all files of a project shares. */
export type Reading = {
  readonly cwd: string;
  /** Gives the text for `-f -`; standard input by default. */
  readonly stdin?: (() => string) | undefined;
  readonly diagnostics: Diagnostic[];
  /** Every text that was read, `.env` files included. */
  readonly texts: Map<string, string>;
  /** Which phases are not left out. */
  readonly wants: (phase: Phase) => boolean;
  /** The directory relative to which paths stay as they are written. */
  readonly unresolved?: string;
  /** Files that could not be read or parsed; without one of them its contents would seem missing. */
  readonly unread: string[];
  /** Files in which `!reset` or `!override` is written. */
  readonly tagged: string[];
  /** Paths of the model at which something was wrong by itself and was taken out. */
  readonly broken: Path[];
  /** The sources of services, by their name. */
  readonly extensions: Map<string, Extension>;
  /** Models that were included, by their files and variables, for several may include one. */
  readonly included: Map<string, Tree | undefined>;
  /** The variables that each file knows. */
  readonly variables: Map<string, ReadonlyMap<string, string>>;
  /** The remaining budget of things that a few characters can multiply. */
  readonly room: { ports: number };
};

/** What a caller may leave out after reading: steps, of which the last one resolves the values for running, or ports. */
export type Phase =
  | 'interpolation'
  | 'normalisation'
  | 'consistency'
  | 'path-resolution'
  | 'env-resolution'
  | 'ports'
  | 'model';

export function newReading(
  { cwd, stdin, leaveOut }: Pick<Reading, 'cwd' | 'stdin'> & { readonly leaveOut?: Phases | undefined },
  diagnostics: Diagnostic[],
): Reading {
  return {
    cwd,
    stdin,
    wants: wanted(leaveOut),
    diagnostics,
    texts: new Map(),
    unread: [],
    tagged: [],
    broken: [],
    extensions: new Map(),
    included: new Map(),
    variables: new Map(),
    room: { ports: 100_000 },
  };
}

export type Phases = ReadonlySet<Phase>;

/** Without its variables a file cannot be checked as a whole, and which other files it means is not known. */
function wanted(leaveOut: Phases = new Set()): Reading['wants'] {
  const others: readonly Phase[] = leaveOut.has('interpolation') ? ['consistency', 'env-resolution'] : [];
  const without = new Set([...leaveOut, ...others]);
  return (phase) => !without.has(phase);
}

/** The origin of a file that is not named on the command line. */
export type Origin = { readonly via: Via; readonly named: Place };

/** Reads and parses a file, which may have several documents; one of several files on the command line may have none. */
export function readDocuments(name: string, reading: Reading, origin?: Origin): SourceDocument[] {
  const read = readSource(name, reading, reading.diagnostics, origin?.named);
  const source = read && { ...read, ...(origin && { via: origin.via }) };
  if (source) reading.texts.set(source.file, source.text);
  if (source && /!(reset|override)\b/.test(source.text)) reading.tagged.push(name);
  const before = reading.diagnostics.length;
  const documents = source ? parseYaml(source, reading.diagnostics) : [];
  const isEmpty = source !== undefined && documents.length === 0 && reading.diagnostics.length === before;
  if (isEmpty && origin) reading.diagnostics.push(emptyFile(source));
  if (documents.length === 0 && !(isEmpty && !origin)) reading.unread.push(name);
  return documents.map((document) => ({ source: source!, document }));
}
