import type { ListedImage } from '../../engine/doors/images/list-images.ts';

/** The keys of `imageJson`. */
export const imageInspectFields = [
  ...[
    'Architecture',
    'Author',
    'Config',
    'Created',
    'Digest',
    'Id',
    'Os',
    'RepoDigests',
    'RepoTags',
    'RootFS',
  ],
  ...['Size', 'UsedBy', 'Variant'],
] as const;

/** An image with the keys of `docker image inspect`, and `Digest` and `UsedBy`. */
export function imageJson({
  id,
  digest,
  names,
  repoDigests,
  created,
  config,
  size,
  layers,
  uses,
}: ListedImage) {
  return {
    Id: id,
    RepoTags: names,
    RepoDigests: repoDigests,
    Digest: digest,
    Created: created,
    ...(config.author && { Author: config.author }),
    Architecture: config.architecture,
    ...(config.variant && { Variant: config.variant }),
    Os: config.os,
    Size: size,
    Config: {
      ...(config.user && { User: config.user }),
      ...(config.exposedPorts.length > 0 && { ExposedPorts: keys(config.exposedPorts) }),
      Env: Object.entries(config.environment).map(([name, value]) => `${name}=${value}`),
      Cmd: config.command ?? null,
      ...(config.healthcheck && { Healthcheck: healthcheckJson(config.healthcheck) }),
      ...(config.volumes.length > 0 && { Volumes: keys(config.volumes) }),
      WorkingDir: config.workingDir ?? '',
      Entrypoint: config.entrypoint ?? null,
      Labels: config.labels,
      ...(config.stopSignal && { StopSignal: config.stopSignal }),
      ...(config.shell && { Shell: config.shell }),
    },
    RootFS: { Type: 'layers', Layers: layers },
    UsedBy: uses.map(({ project, container }) => ({ Project: project, Container: container })),
  };
}

/** Durations are in nanoseconds, as Docker has them. */
function healthcheckJson({
  test,
  interval,
  timeout,
  startPeriod,
  startInterval,
  retries,
}: NonNullable<ListedImage['config']['healthcheck']>) {
  return {
    Test: test,
    ...(interval && { Interval: interval }),
    ...(timeout && { Timeout: timeout }),
    ...(startPeriod && { StartPeriod: startPeriod }),
    ...(startInterval && { StartInterval: startInterval }),
    ...(retries && { Retries: retries }),
  };
}

function keys(names: readonly string[]): Readonly<Record<string, object>> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}
