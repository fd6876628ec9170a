import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import type { Mount, Port, Project, Service } from '../../project/model/project.ts';
import { parseDotenv } from '../../project/read/dotenv.ts';
import { readSource } from '../../project/read/source-file.ts';
import { readCapability } from '../../project/scalars/capability.ts';
import type { Parsed } from '../../project/scalars/flaw.ts';
import { isPath, propagations, readVolume } from '../../project/scalars/mounts.ts';
import { readPorts, readProtocol, readPublished } from '../../project/scalars/network/ports.ts';
import { readVolumeName } from '../../project/scalars/volume-name.ts';
import type { Context } from '../command-context.ts';
import type { RunOptions } from '../commands/run.ts';
import { usage } from '../grammar/usage.ts';

type Options = Pick<RunOptions, 'volume' | 'label' | 'capAdd' | 'capDrop'> &
  Partial<Pick<RunOptions, 'publish' | 'servicePorts'>>;

/** The service with the options of `run` over it; a mount replaces the one with the same target. */
export function withRunOptions(
  service: Service,
  { volume, label, capAdd, capDrop, publish = [], servicePorts = false }: Options,
  cwd: string,
  volumes: Project['volumes'],
): Service {
  const mounts = volume.map((text) => mountOf(text, cwd, volumes));
  const targets = new Set(mounts.map(({ target }) => target));
  const added = capAdd.map((name) => readFlag('--cap-add', readCapability(name)));
  const dropped = capDrop.map((name) => readFlag('--cap-drop', readCapability(name)));
  const { ports: own = [], ...rest } = service;
  // As in Docker Compose: the ports of the service only if they are asked for, and then only without others.
  const ports = publish.length > 0 ? publish.flatMap(portsOf) : servicePorts ? own : [];
  return {
    ...rest,
    ...(ports.length > 0 && { ports }),
    mounts: [...service.mounts.filter(({ target }) => !targets.has(target)), ...mounts],
    labels: { ...service.labels, ...Object.fromEntries(label.map(labelOf)) },
    // The command line has the last word about a capability.
    capAdd: [...new Set([...service.capAdd.filter((name) => !dropped.includes(name)), ...added])],
    capDrop: [...new Set([...service.capDrop.filter((name) => !added.includes(name)), ...dropped])],
  };
}

/** The variables of `--env-from-file`, the last file wins; throws a Problem for a file that cannot be read. */
export function variablesOfFiles(
  paths: readonly string[],
  { cwd, environment, messages }: Pick<Context, 'cwd' | 'environment' | 'messages'>,
): Readonly<Record<string, string>> {
  const diagnostics: Diagnostic[] = [];
  const all = new Map<string, string>();
  for (const path of paths) {
    const source = readSource(resolve(cwd, path), { cwd }, diagnostics);
    if (!source) continue;
    const outer = (name: string): string | undefined => environment[name];
    const earlier = (name: string): string | undefined => all.get(name);
    for (const [name, value] of parseDotenv(source, { outer, earlier }, diagnostics)) all.set(name, value);
  }
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new Problem(...diagnostics);
  messages.show(diagnostics);
  return Object.fromEntries(all);
}

/**
 * A relative source begins in the working directory, for the shell completes it there. Other sources are keys of the
 * files, or volumes of this machine.
 */
function mountOf(text: string, cwd: string, volumes: Project['volumes']): Mount {
  const { source, target, options } = readFlag('--volume', readVolume(text));
  const common = { from: `--volume ${text}`, target, readOnly: options.includes('ro') };
  if (source === undefined || !isPath(source))
    return {
      ...common,
      kind: 'volume',
      ...(source !== undefined && {
        volume: volumes[source]?.name ?? readFlag('--volume', readVolumeName(source)),
      }),
      ...(options.includes('nocopy') && { noCopy: true }),
    };
  const propagation = options.find((option) => propagations.includes(option));
  return {
    ...common,
    kind: 'bind',
    source: resolve(cwd, source.replace(/^~(?=\/|$)/, homedir())),
    createHostPath: true,
    ...(propagation !== undefined && { propagation }),
  };
}

function portsOf(text: string): readonly Port[] {
  const from = `--publish ${text}`;
  return readFlag('--publish', readPorts(text))
    .each()
    .map(({ target, protocol, published = '', host_ip: hostIp }): Port => {
      const range = readFlag('--publish', readPublished(published));
      return {
        from,
        target,
        protocol: readFlag('--publish', readProtocol(protocol)),
        ...(range.last > 0 && { published: range }),
        ...(hostIp !== undefined && { hostIp }),
      };
    });
}

function labelOf(text: string): readonly [key: string, value: string] {
  const equals = text.indexOf('=');
  return equals === -1 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}

function readFlag<T>(option: string, parsed: Parsed<T>): T {
  if ('value' in parsed) return parsed.value;
  const { must, label, help } = parsed.flaw;
  throw usage(`\`${option}\` must ${must}${label ? `: ${label}` : ''}`, help);
}
