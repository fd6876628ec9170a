import { createColors } from 'picocolors';
import type { ContainerSummary } from '../../api/calls/containers.ts';
import { type LineWriter, lineWriter } from './prefix.ts';

type Stream = 'stdout' | 'stderr';

/** Prints the output of containers, each line after the name of its container. */
export type LogPrinter = {
  /** These containers come later; the prefixes are wide enough for their names from now on. */
  readonly expect: (names: readonly string[]) => void;
  /** Adds a container; the prefixes of all containers are as wide as the longest name. */
  readonly open: (container: { readonly name: string; readonly service: string }) => {
    readonly print: (stream: Stream, chunk: Uint8Array) => void;
    readonly end: () => void;
  };
};

export function logPrinter(options: {
  readonly prefixed: boolean;
  readonly color: boolean;
  readonly write: (stream: Stream, bytes: Uint8Array) => void;
}): LogPrinter {
  const palette = paletteOf(options.color);
  const painters = new Map<string, (text: string) => string>();
  let width = 0;

  const painterOf = (service: string) => {
    const painter = painters.get(service) ?? palette[painters.size % palette.length]!;
    painters.set(service, painter);
    return painter;
  };

  return {
    expect: (names) => {
      width = Math.max(width, ...names.map(({ length }) => length));
    },
    open: ({ name, service }) => {
      width = Math.max(width, name.length);
      const paint = painterOf(service);
      const prefix = () => (options.prefixed ? paint(`${name.padEnd(width)}  | `) : '');
      const writers: Record<Stream, LineWriter> = {
        stdout: lineWriter(prefix, (bytes) => options.write('stdout', bytes)),
        stderr: lineWriter(prefix, (bytes) => options.write('stderr', bytes)),
      };
      return {
        print: (stream, chunk) => writers[stream].push(chunk),
        end: () => {
          writers.stdout.end();
          writers.stderr.end();
        },
      };
    },
  };
}

/** `web-1` for the container `app-web-1`; a name from `container_name` or `--name` stays whole. */
export function shortName({ Name, Project }: Pick<ContainerSummary, 'Name' | 'Project'>): string {
  return Name.startsWith(`${Project}-`) ? Name.slice(Project.length + 1) : Name;
}

/** Without blue and grey, which are not readable on every background. */
function paletteOf(color: boolean) {
  const { cyan, yellow, green, magenta, cyanBright, yellowBright, greenBright, magentaBright } =
    createColors(color);
  return [cyan, yellow, green, magenta, cyanBright, yellowBright, greenBright, magentaBright];
}
