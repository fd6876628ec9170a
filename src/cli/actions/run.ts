import type { RunRequest } from '../../api/calls/run.ts';
import { chosenServices } from '../../project/model/chosen-services.ts';
import { contentsOf } from '../../project/model/grant-contents.ts';
import type { Project, Service } from '../../project/model/project.ts';
import { attach } from '../attached/attach.ts';
import { variablesOf, wantsTerminal, windowSize } from '../attached/session-options.ts';
import type { RunOptions } from '../commands/run.ts';
import type { Invocation } from '../grammar/command.ts';
import { saysYes } from '../grammar/values.ts';
import { reported } from '../report/reported.ts';
import { startClient } from '../requests/connection.ts';
import { withFetchedImages } from '../requests/fetched-images.ts';
import { openProject, refuseUnknownServices } from '../selection/open-project.ts';
import { interruptions } from '../terminal/interruptions.ts';
import { variablesOfFiles, withRunOptions } from './run-options.ts';

export const runOnce = async ({
  context,
  options,
  operands: [service = '', ...command],
}: Invocation<RunOptions>): Promise<number> => {
  const {
    project: written,
    nameIsExplicit,
    variables,
    contentOf,
  } = await openProject(context, {
    services: [service],
    noDeps: !options.deps,
  });
  refuseUnknownServices([service], Object.keys(written.services));
  const project = await withFetchedImages(
    context,
    command.length > 0 ? withService(written, { ...written.services[service]!, command }) : written,
    { services: [service], noDeps: !options.deps },
    options,
  );
  if (!project) return 0;
  const tty = wantsTerminal(options);
  const { detach = false, interactive = true } = options;
  const request: RunRequest = {
    project: withService(
      project,
      withRunOptions(project.services[service]!, options, context.cwd, project.volumes),
    ),
    contents: contentsOf(
      project,
      chosenServices({ project, services: [service], noDeps: !options.deps }),
      contentOf,
    ),
    nameIsExplicit,
    service,
    strict: context.globals.strict ?? false,
    ...(context.globals.runner !== undefined && { runner: context.globals.runner }),
    command,
    environment: {
      ...variablesOfFiles(options.envFromFile, context),
      ...variablesOf(options.env, context.environment),
    },
    tty,
    ...(tty && { consoleSize: windowSize() }),
    interactive,
    detach,
    remove: options.rm ?? false,
    noDeps: !options.deps,
    dryRun: context.dryRun,
    useAliases: options.useAliases ?? false,
    removeOrphans: options.removeOrphans ?? saysYes(variables.get('COMPOSE_REMOVE_ORPHANS')),
    ignoreOrphans: saysYes(variables.get('COMPOSE_IGNORE_ORPHANS')),
    ...(options.entrypoint !== undefined && { entrypoint: options.entrypoint }),
    ...(options.user !== undefined && { user: options.user }),
    ...(options.workdir !== undefined && { workingDir: options.workdir }),
    ...(options.name !== undefined && { name: options.name }),
  };
  const client = await startClient(context, { ...project, nameIsExplicit });
  try {
    const session = await reported(context, (onEvent, signal) => client.run(request, onEvent, signal));
    if (!detach) return await attach(session, { tty, stdin: interactive });
    process.stdout.write(`${session.id}\n`);
    return 0;
  } catch (error) {
    const { Ended } = await import('../../api/http-client.ts');
    if (error instanceof Ended) return interruptions.statusOf(error.exitCode);
    throw error;
  }
};

const withService = (project: Project, service: Service): Project => ({
  ...project,
  services: { ...project.services, [service.name]: service },
});
