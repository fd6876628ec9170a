import { posix } from 'node:path';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { parseSignal } from '../../base/signal.ts';
import type { ImageConfig } from '../../images/model/config.ts';
import type { StoredImage } from '../../images/store/stored-image.ts';
import type { Mount, Service, WantedImage } from '../../project/model/project.ts';
import { validValues } from '../../project/scalars/flaw.ts';
import { readMountTarget } from '../../project/scalars/mounts.ts';
import { readExposedRange } from '../../project/scalars/network/ports.ts';
import { healthCheckOn } from './health-of-image.ts';

type Image = Pick<StoredImage, 'id' | 'digest' | 'layers' | 'config'>;

/**
 * A service with what its image says, merged as in Docker: the service counts, and the image fills in. Throws a Problem
 * if neither has a command, or if the image says something that cannot be.
 */
export const withImage = (service: Service, wanted: WantedImage, image: Image): Service => {
  const { config } = image;
  const user = service.user ?? config.user;
  const workingDir = service.workingDir ?? config.workingDir;
  const healthcheck = healthCheckOn(config, wanted.healthcheck);
  const { healthcheck: _, ...rest } = service;
  return {
    ...rest,
    rootfs: {
      kind: 'image',
      reference: wanted.archive ?? wanted.reference,
      id: image.id,
      digest: image.digest,
      layers: image.layers,
    },
    ...processOf(service, wanted, config),
    environment: { ...without(config.environment, wanted.unset ?? []), ...service.environment },
    labels: { ...config.labels, ...service.labels },
    mounts: [...volumesOf(service, wanted, config), ...service.mounts],
    ...exposeOf(service, config),
    ...(user !== undefined && { user }),
    ...(workingDir !== undefined && { workingDir: posix.resolve('/', workingDir) }),
    ...(healthcheck && { healthcheck }),
    ...(wanted.hasStopSignal || config.stopSignal === undefined
      ? {}
      : { stopSignal: signalOf(service, wanted, config.stopSignal) }),
  };
};

/** An entrypoint of the service drops the command of the image; an empty one drops only the entrypoint. */
const processOf = (
  { name, entrypoint, command }: Service,
  { reference }: WantedImage,
  image: ImageConfig,
): Pick<Service, 'entrypoint' | 'command'> => {
  const given = command?.length ? command : undefined;
  const process = {
    entrypoint: entrypoint ?? image.entrypoint ?? null,
    command: given ?? (entrypoint?.length ? null : (image.command ?? null)),
  };
  if ([...(process.entrypoint ?? []), ...(process.command ?? [])].length > 0) return process;
  throw new Problem({
    severity: 'error',
    code: 'no-command',
    message: `\`${name}\` has no command to run, and neither has the image \`${reference}\``,
    from: `services.${name}.image`,
    help: 'add `command:`, such as `command: sleep infinity`',
  });
};

const without = (
  variables: Readonly<Record<string, string>>,
  names: readonly string[],
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => !names.includes(name)));

/** Each volume of the image is an anonymous one, unless the service mounts something there. */
const volumesOf = (
  { name, mounts, grants = [] }: Service,
  wanted: WantedImage,
  { volumes }: ImageConfig,
): readonly Mount[] => {
  const from = `services.${name}.image`;
  const taken = new Set([...mounts, ...grants].map(({ target }) => target));
  const targets = volumes.map((path) => {
    const read = readMountTarget(posix.resolve('/', path));
    if ('value' in read) return read.value;
    throw new Problem(invalid(name, wanted, `the volume \`${path}\` must ${read.flaw.must}`));
  });
  return [...new Set(targets)]
    .filter((target) => !taken.has(target))
    .map((target) => ({ kind: 'volume', from, target, readOnly: false }));
};

/** Exposed ports of an image are information alone, so that one which is no port is left out. */
const exposeOf = ({ expose = [] }: Service, { exposedPorts }: ImageConfig): Pick<Service, 'expose'> => {
  const all = [...expose, ...validValues(exposedPorts, readExposedRange)];
  return all.length > 0 ? { expose: all } : {};
};

const signalOf = ({ name }: Service, wanted: WantedImage, signal: string): string => {
  const parsed = parseSignal(signal);
  if (parsed === undefined)
    throw new Problem(invalid(name, wanted, `there is no signal \`${signal}\` to stop it`));
  return parsed.name;
};

const invalid = (service: string, { reference }: WantedImage, fault: string): Diagnostic => ({
  severity: 'error',
  code: 'damaged-image',
  message: `the image \`${reference}\` cannot be run: ${fault}`,
  from: `services.${service}.image`,
});
