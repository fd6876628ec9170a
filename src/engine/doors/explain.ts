import { join } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { compile } from '../../container/compile.ts';
import { DEFAULT_DEVICES } from '../../container/defaults.ts';
import type { Container } from '../../container/facts.ts';
import type { OciConfig, OciSeccomp } from '../../container/oci.ts';
import type { Program, Section } from '../../kernel/program/program.ts';
import { programText } from '../../kernel/program/text.ts';
import { jsonText } from '../../project/json-text.ts';
import { foundImagesOf } from '../../project/model/images-of.ts';
import { keyOf } from '../../project/model/key-of.ts';
import type { FoundImage, Places, Project, Service } from '../../project/model/project.ts';
import type { SeccompArgument } from '../../project/model/seccomp-profile.ts';
import { loadYaml } from '../devices/cdi/yaml.ts';
import { projectPaths } from '../directories/project-paths.ts';
import { type HostRoot, makeHostRoot, planHostRoot } from '../facts/host-root.ts';
import { previewOf } from '../facts/preview.ts';
import { type Held, heldByFile, plannedContainers } from '../isolation/held.ts';
import { readMachine } from '../isolation/machine.ts';

/** The start of a service as data, without a change and without root. */
export type Explained = {
  readonly service: string;
  readonly program: Program;
  readonly text: string;
  readonly config: OciConfig;
  readonly etc: Container['etc'];
  /** The image that has the root file system. */
  readonly image?: FoundImage;
};

/**
 * The Programs of services, as the supervisor would compile them now. An empty `services` means all; `hostRoot` is the
 * path of the root of services without a `rootfs`. Throws a Problem if no addresses are free.
 */
export const explain = async (
  project: Project,
  services: readonly string[],
  places: Places,
  hostRootPath = projectPaths(project.name).hostRoot,
): Promise<readonly Explained[]> => {
  const { describe } = previewOf(project, hostRootPath);
  const wanted = services.length === 0 ? Object.keys(project.services) : services;
  const explained = wanted.map(async (service): Promise<Explained> => {
    const definition = project.services[service]!;
    const described = describe(definition);
    const origin = (key: string): string | undefined => whenWritten(described.origin(key), places);
    const { name, sections } = compile({ ...described, origin });
    const program = { name, sections: [...(await imageSections(definition)), ...sections] };
    return {
      service,
      program,
      text: programText(program, origin),
      config: described.config,
      etc: described.etc,
      ...(definition.rootfs.kind === 'image' && { image: definition.rootfs }),
    };
  });
  return Promise.all(explained);
};

/** The networks of services as requests to the kernel, with the packet filter and the published ports. */
export const explainNetworks = (project: Project, services: readonly string[]): string =>
  previewOf(project, projectPaths(project.name).hostRoot).networks(
    services.map((service) => project.services[service]!),
  );

/** The code for mounts of images loads native code: a machine without images may be without it. */
const imageSections = async (service: Service): Promise<readonly Section[]> => {
  const images = new Map(foundImagesOf(service).map((image) => [image.layers.join(), image]));
  if (images.size === 0) return [];
  const { mountSection } = await import('../images/mount-section.ts');
  const root = service.rootfs.kind === 'image' ? service.rootfs.layers.join() : undefined;
  return Promise.all([...images].map(([layers, image]) => mountSection(image, layers === root)));
};

/** Has to be called before the functions here if a service asks for devices of specifications. */
export const loadSpecifications = (project: Project): Promise<void> =>
  loadYaml(Object.values(project.services));

/** The planned isolation of the containers of services. */
export const explainIsolation = (
  project: Project,
  services: readonly string[],
  places: Places,
): readonly Held[] =>
  plannedContainers(project, readMachine(Object.values(project.services)))
    .filter(({ definition }) => services.includes(definition.name))
    .map((planned) => heldByFile(planned, { project, places }));

/** Creates the skeleton below `path` for the bundle of a service without `rootfs`. */
export const makeBundleRoot = (path: string): HostRoot => {
  const root = planHostRoot(path);
  makeHostRoot(root);
  return root;
};

/** Fills `path` with the files of an image, which is mounted; it must be empty. Throws a Problem. */
export const copyImage = async (image: FoundImage, path: string): Promise<void> => {
  const { copyOfImage } = await import('../images/copy-of-image.ts');
  copyOfImage(image, path);
};

/** The files of an OCI bundle in `directory`, by their path: the input of `crun run -b`. */
export const bundleFiles = (
  { config, etc, image }: Explained,
  directory: string,
): Readonly<Record<string, string>> => {
  const binds = Object.keys(etc).map((file) => ({
    destination: `/etc/${file}`,
    type: 'bind',
    source: join(directory, file),
    options: ['bind', 'rprivate', ...(config.root.readonly ? ['ro'] : [])],
  }));
  // A runtime creates the default devices itself, and does not remove the parents of its cgroup.
  const cgroupsPath = config.linux.cgroupsPath.slice(config.linux.cgroupsPath.lastIndexOf('/'));
  const linux = {
    ...config.linux,
    cgroupsPath,
    devices: config.linux.devices.filter((device) => !DEFAULT_DEVICES.includes(device)),
    ...(config.linux.seccomp ? { seccomp: exact(config.linux.seccomp) } : {}),
  };
  // Runtimes refuse versions newer than their own; no feature here needs a newer one.
  const root = image ? { ...config.root, path: join(directory, 'rootfs') } : config.root;
  const bundle = { ...config, ociVersion: '1.0.2', root, mounts: [...config.mounts, ...binds], linux };
  return { 'config.json': asJson(bundle), ...etc };
};

/** The profile with numbers where the model has texts of digits. */
const exact = (seccomp: OciSeccomp) => ({
  ...seccomp,
  syscalls: seccomp.syscalls.map(({ args, ...rules }) =>
    args ? { ...rules, args: args.map(withExactNumbers) } : rules,
  ),
});

const withExactNumbers = ({ value, valueTwo, ...argument }: SeccompArgument) => ({
  ...argument,
  value: BigInt(value),
  ...(valueTwo === undefined ? {} : { valueTwo: BigInt(valueTwo) }),
});

// RLIM_INFINITY is 2^64 - 1 in the specification, too large for a JavaScript number.
const asJson = (bundle: unknown): string =>
  jsonText(bundle).replace(/"(soft|hard)": -1\b/g, '"$1": 18446744073709551615');

/** Warnings for users of the bundles of these services. */
export const bundleWarnings = (services: readonly Service[]): readonly Diagnostic[] => [
  ...(services.every(({ rootfs }) => rootfs.kind === 'image') ? [] : [NO_LAYER]),
  ...services.flatMap(({ name, grants = [] }) =>
    grants.map(
      ({ kind, key, target, from }): Diagnostic => ({
        severity: 'warning',
        code: 'bundle-grant',
        message: `\`${name}\` has no ${kind} \`${key}\` in the bundle: its content is only in the memory of containers`,
        from,
        help: `add a mount of a file with the content to ${target}`,
      }),
    ),
  ),
  ...services.flatMap(({ name, mounts }) =>
    mounts.flatMap((mount): readonly Diagnostic[] =>
      mount.kind === 'image'
        ? [
            {
              severity: 'warning',
              code: 'bundle-image',
              message: `\`${name}\` has the files of the image \`${mount.image.reference}\` in the bundle only while a container of tscompose uses them`,
              from: mount.from,
              help: `set the source of the mount at ${mount.target} to a directory with these files`,
            },
          ]
        : [],
    ),
  ),
  ...services.flatMap(({ name, namespaces = {} }) =>
    Object.entries(namespaces)
      .filter(([, { kind }]) => kind === 'service' || kind === 'container')
      .map(
        ([key]): Diagnostic => ({
          severity: 'warning',
          code: 'bundle-namespace',
          message: `\`${name}\` has a namespace of its own in the bundle, not that of another container`,
          from: `services.${name}.${keyOf(key)}`,
          help: 'set a `path` such as /proc/PID/ns/ipc in `linux.namespaces` while the other container runs',
        }),
      ),
  ),
  ...services
    .filter(({ init }) => init)
    .map(
      ({ name }): Diagnostic => ({
        severity: 'warning',
        code: 'bundle-init',
        message: `the command of \`${name}\` is PID 1 in the bundle: OCI runtimes have no init`,
        from: `services.${name}.init`,
        help: 'add an init such as tini to the root file system and put it before `process.args`',
      }),
    ),
];

const NO_LAYER: Diagnostic = {
  severity: 'warning',
  code: 'bundle-root',
  message:
    'an OCI runtime creates mount points in the root file system itself; tscompose would use a layer over it',
  help: 'run the bundle on a copy of the root file system',
};

// A key that is not in the file has the position of its service.
const whenWritten = (path: string | undefined, places: Places): string | undefined => {
  const place = path === undefined ? undefined : places(path);
  const service = path === undefined ? undefined : places(path.split('.').slice(0, 2).join('.'));
  return place && place.start !== service?.start ? path : undefined;
};
