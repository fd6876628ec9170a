import { resolve } from 'node:path';
import { Problem } from '../../base/diagnostic.ts';
import type { Canonical } from '../../project/model/canonical.ts';
import type { Project } from '../../project/model/project.ts';
import type { Phase } from '../../project/read/documents.ts';
import type { Context } from '../command-context.ts';
import type { ConfigOptions } from '../commands/config.ts';
import type { Invocation } from '../grammar/command.ts';
import { usage } from '../grammar/usage.ts';
import { refuseNoService } from '../requests/up-request.ts';
import { lookingInto, withImages } from '../requests/with-images.ts';
import { type LoadedFiles, openFiles, refuseUnknownServices } from '../selection/open-project.ts';

export const config = async (invocation: ConfigInvocation): Promise<number> => {
  const { quiet, output } = invocation.options;
  const { show } = await looked(invocation);
  if (quiet) return 0;
  const text = await show();
  if (output === undefined) process.stdout.write(text);
  else {
    const { writeOutput } = await import('../terminal/output-file.ts');
    writeOutput(resolve(invocation.context.cwd, output), text);
  }
  return 0;
};

/** The output of the command. */
export async function configText(invocation: ConfigInvocation): Promise<string> {
  const { show } = await looked(invocation);
  return show();
}

type ConfigInvocation = Omit<Invocation<ConfigOptions>, 'commands'>;

async function looked({ context, options, operands }: ConfigInvocation) {
  const view = views[chosenView(options)];
  const chosen = leftOut(options);
  const { strict = false } = context.globals;
  const leaveOut = new Set<Phase>(
    view.obeys
      ? chosen.filter((phase) => view.obeys?.includes(phase))
      : [...(strict ? [] : (['model'] as const)), ...(view.leaveOut ?? []), ...chosen],
  );
  const loaded = await openFiles(context, {
    toRun: strict,
    checkFiles: strict,
    services: [...operands, ...hashedServices(options)],
    leaveOut,
  });
  refuseUnknownServices(operands, Object.keys(loaded.canonical.services));
  // The environment has the PATH of a command, so the whole of it has to be known.
  if (strict && !leaveOut.has('env-resolution')) await refuseWhatUpWould(loaded, operands);
  return {
    show: async () => {
      const { withoutUnused, withServices } = await import('../../project/check/project-selection.ts');
      const selected = withServices(loaded.canonical, operands);
      // Without interpolation, the used resources are unknown.
      const canonical = leaveOut.has('interpolation') ? selected : withoutUnused(selected);
      return view.show({ ...loaded, canonical }, options, context);
    },
  };
}

/** Users other than root, and other systems than Linux, cannot find out what a start would meet. */
async function refuseWhatUpWould(
  { project, nameIsExplicit }: LoadedFiles,
  services: readonly string[],
): Promise<void> {
  if (!project || process.platform !== 'linux' || process.geteuid?.() !== 0) return;
  refuseNoService(project);
  const { refusals } = await import('../../engine/doors/refusals.ts');
  const found = await withImages(project, { services });
  const refused = await lookingInto(found, () => refusals({ ...found, nameIsExplicit }, services));
  if (refused.length > 0) throw new Problem(...refused);
}

/** One way to look at a project. */
type View = {
  readonly show: (loaded: LoadedFiles, options: ConfigOptions, context: Context) => string | Promise<string>;
  /** Phases that it does not need. */
  readonly leaveOut?: readonly Phase[];
  /** The only phases that options can leave out; the result is a project for running. */
  readonly obeys?: readonly Phase[];
};

const whole: View = {
  show: async ({ canonical }, options, context) => {
    const { printCanonical } = await import('../../project/print.ts');
    const { format = 'yaml', interpolate } = options;
    return printCanonical(await asPinned(canonical, options, context), format, !interpolate);
  },
};

async function asPinned(
  canonical: Canonical,
  { resolveImageDigests, lockImageDigests }: ConfigOptions,
  context: Context,
): Promise<Canonical> {
  if (!resolveImageDigests && !lockImageDigests) return canonical;
  const { imagesOnly, pinnedProject } = await import('../selection/pinned-project.ts');
  const pinned = await pinnedProject(canonical, context);
  return lockImageDigests ? imagesOnly(pinned) : pinned;
}

const explained: View = {
  show: async (loaded, { format, interpolate }, context) => {
    const { explainedJson, explainedYaml } = await import('../show/config-origins.ts');
    return format === 'json' ? explainedJson(loaded, context) : explainedYaml(loaded, context, !interpolate);
  },
};

/** Names, one per line. */
function names(of: (canonical: Canonical, inactive: LoadedFiles['inactive']) => readonly string[]): View {
  return {
    show: ({ canonical, inactive }) => lines(of(canonical, inactive)),
    leaveOut: ['env-resolution'],
  };
}

type ViewName =
  | 'whole'
  | 'explain'
  | 'services'
  | 'volumes'
  | 'networks'
  | 'profiles'
  | 'images'
  | 'models'
  | 'hash'
  | 'variables'
  | 'environment';

const views: Readonly<Record<ViewName, View>> = {
  whole,
  explain: explained,
  services: names(({ services }) => Object.keys(services)),
  volumes: names(({ volumes = {} }) => Object.keys(volumes)),
  networks: names(({ networks = {} }) => Object.keys(networks)),
  profiles: names(({ services }, inactive) => {
    const active = Object.values(services).flatMap(({ profiles = [] }) => profiles);
    return [...new Set([...active, ...[...inactive.values()].flat()])].filter(Boolean).sort();
  }),
  images: names(({ name, services }) =>
    Object.entries(services).flatMap(([service, { image, build }]) =>
      // A built image without a name gets this one.
      image === undefined && build === undefined ? [] : [image ?? `${name}-${service}`],
    ),
  ),
  models: names(({ models = {} }) => Object.values(models).flatMap((each) => each?.model ?? [])),
  hash: {
    show: async ({ project }, options) => {
      const { configHashes } = await import('../../engine/doors/config-hashes.ts');
      const hashes = configHashes(await withKnownImages(project!));
      const named = hashedServices(options);
      const wanted = named.length > 0 ? named : Object.keys(hashes);
      refuseUnknownServices(wanted, Object.keys(hashes));
      return lines(wanted.sort().map((name) => `${name} ${hashes[name]}`));
    },
    obeys: ['env-resolution'],
  },
  variables: {
    show: async ({ canonical, merged }, { format }) => {
      const { templateVariables } = await import('../../project/combine/template-variables.ts');
      const { printVariables } = await import('../show/variables.ts');
      return printVariables(templateVariables(canonical, merged), format);
    },
    leaveOut: ['interpolation', 'normalisation'],
  },
  environment: {
    show: ({ variables }) => lines([...variables].map(([key, value]) => `${key}=${value}`).sort()),
  },
};

/** The hash of `up` has the images of this machine; on another one, the files alone are hashed. */
async function withKnownImages(project: Project): Promise<Project> {
  try {
    return await withImages(project, { services: [] });
  } catch (error) {
    if (error instanceof Problem) return project;
    throw error;
  }
}

/** The services that `--hash` names; none stands for all. */
function hashedServices({ hash = '*' }: ConfigOptions): string[] {
  return hash === '*' ? [] : hash.split(',');
}

function chosenView(options: ConfigOptions): ViewName {
  const given = (Object.keys(views) as ViewName[]).filter(
    (name) => name !== 'whole' && options[name] !== undefined,
  );
  if (options.explain && (options.resolveImageDigests || options.lockImageDigests))
    throw usage('--explain shows what the files say, and not the digests of registries');
  if (given.length > 1) throw usage(`--${given[0]} and --${given[1]} are incompatible`);
  return given[0] ?? 'whole';
}

const phases = {
  interpolate: 'interpolation',
  normalize: 'normalisation',
  consistency: 'consistency',
  pathResolution: 'path-resolution',
  envResolution: 'env-resolution',
} as const satisfies Partial<Record<keyof ConfigOptions, Phase>>;

function leftOut(options: ConfigOptions): Phase[] {
  return Object.entries(phases).flatMap(([option, phase]) =>
    options[option as keyof ConfigOptions] ? [] : [phase],
  );
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
