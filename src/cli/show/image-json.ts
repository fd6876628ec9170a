import type { ListedImage } from '../../engine/images.ts';

/** The keys of `imageJson`. */
export const imageInspectFields = [
  ...['Architecture', 'Config', 'Created', 'Digest', 'Id', 'Os', 'RepoTags', 'RootFS', 'Size', 'UsedBy'],
  'Variant',
] as const;

/** An image with the keys of `docker image inspect`, and `Digest` and `UsedBy`. */
export function imageJson({ id, digest, names, created, config, size, layers, uses }: ListedImage) {
  return {
    Id: id,
    RepoTags: names,
    Digest: digest,
    Created: created,
    Architecture: config.architecture,
    ...(config.variant && { Variant: config.variant }),
    Os: config.os,
    Size: size,
    Config: {
      ...(config.user && { User: config.user }),
      ...(config.exposedPorts.length > 0 && { ExposedPorts: keys(config.exposedPorts) }),
      Env: Object.entries(config.environment).map(([name, value]) => `${name}=${value}`),
      Cmd: config.command ?? null,
      ...(config.healthcheck && { Healthcheck: config.healthcheck }),
      ...(config.volumes.length > 0 && { Volumes: keys(config.volumes) }),
      WorkingDir: config.workingDir ?? '',
      Entrypoint: config.entrypoint ?? null,
      Labels: config.labels,
      ...(config.stopSignal && { StopSignal: config.stopSignal }),
    },
    RootFS: { Type: 'layers', Layers: layers },
    UsedBy: uses.map(({ project, container }) => ({ Project: project, Container: container })),
  };
}

function keys(names: readonly string[]): Readonly<Record<string, object>> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}
