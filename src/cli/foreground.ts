import type { ChangeRequest } from '../api/calls/change.ts';
import type { ContainerSummary } from '../api/calls/containers.ts';
import type { UpRequest } from '../api/calls/up.ts';
import type { Client } from '../api/client.ts';
import type { Event } from '../api/events.ts';
import { chosenServices } from '../project/model/chosen-services.ts';
import { attachedServices } from './attached-services.ts';
import type { Context } from './command-context.ts';
import type { UpOptions } from './commands/up.ts';
import { interruptions } from './interruptions.ts';
import { type FollowFrom, follower } from './logs/follow.ts';
import { logPrinter, shortName } from './logs/printer.ts';
import { reported } from './report/reported.ts';
import { type Stopper, stopper } from './stopper.ts';

export type Foreground = {
  readonly context: Context;
  readonly options: UpOptions;
  readonly client: Client;
  readonly request: UpRequest;
};

/** `up` without -d: starts the containers, prints their output, and stops them on a request to end. */
export async function runInForeground(foreground: Foreground): Promise<number> {
  const { context, options, client, request } = foreground;
  const begin = Date.now();
  const stopping = stopper(context, client, {
    // Ctrl-C stops neither the services of another `up` nor dependencies that were not asked for.
    ...askedFor(request),
    ...(options.timeout !== undefined && { timeout: options.timeout }),
  });
  try {
    const following = await followerOf(foreground, stopping);
    const exitCode = await reported(context, (onEvent) => client.up(request, onEvent, stopping.signal));
    if (exitCode !== 0) return interruptions.statusOf(exitCode);
    stopping.started();
    following.follow(await client.containers(true), { since: begin });
    const failure = await Promise.race([following.done, stopping.failed]);
    const status = failure ?? stopping.status() ?? (await statusOf(foreground, following.firstExit()));
    if (options.rm) {
      // The supervisor ends with its last call; an open event stream would keep it.
      following.close();
      await remove(foreground);
    }
    return status;
  } finally {
    stopping.release();
  }
}

async function followerOf({ context, options, client, request }: Foreground, stopping: Stopper) {
  const attached = attachedServices(request, options);
  // A dependency whose output is printed neither keeps nor ends this command.
  const awaited = new Set(chosenServices({ ...request, noDeps: true }));
  const printer = logPrinter({
    prefixed: options.logPrefix,
    color: context.color.stdout && options.color,
    write: (stream, bytes) => void process[stream].write(bytes),
  });
  const following = follower({
    client,
    logs: client.logs,
    printer,
    timestamps: options.timestamps ?? false,
    wants: ({ OneOff, Service }: ContainerSummary) =>
      !OneOff && (attached.has(Service) || awaited.has(Service)),
    isAwaited: ({ Service }) => awaited.has(Service),
    isPrinted: ({ Service }) => attached.has(Service),
    sayExit: say,
  });
  let firstExit: number | undefined;
  const aborts = abortRule(options);
  const { close } = await client.events((event: Event) => {
    following.event(event);
    if (event.type !== 'container.exited' || event.oneOff || !awaited.has(event.service)) return;
    if (firstExit !== undefined || !aborts(event)) return;
    firstExit = event.exitCode;
    context.messages.say('Aborting on container exit…');
    stopping.stop();
  });
  const follow = (containers: readonly ContainerSummary[], from: FollowFrom): void => {
    const names = containers.filter((one) => !one.OneOff && attached.has(one.Service)).map(shortName);
    if (names.length > 0) say(`Attaching to ${names.toSorted().join(', ')}`);
    following.follow(containers, from);
  };
  return { ...following, follow, close, firstExit: () => firstExit };
}

/** Sentences between the lines of containers are part of the output, as in Docker Compose. */
function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Whether the exit of a container ends `up`. */
function abortRule({
  abortOnContainerExit,
  abortOnContainerFailure,
  exitCodeFrom,
}: UpOptions): (exit: { readonly exitCode: number }) => boolean {
  if (abortOnContainerFailure) return ({ exitCode }) => exitCode !== 0;
  return () => abortOnContainerExit === true || exitCodeFrom !== undefined;
}

/** The exit status once all containers have exited, by themselves or because one of them has. */
async function statusOf({ options, client }: Foreground, firstExit: number | undefined): Promise<number> {
  const { exitCodeFrom, abortOnContainerExit } = options;
  if (exitCodeFrom !== undefined) {
    const containers = await client.containers(true);
    return containers.find(({ Service, OneOff }) => Service === exitCodeFrom && !OneOff)?.ExitCode ?? 1;
  }
  return firstExit ?? (abortOnContainerExit ? 1 : 0);
}

async function remove({ context, client, request }: Foreground): Promise<void> {
  await reported(context, (onEvent) =>
    client.change('down', { ...askedFor(request), ignoreOrphans: true }, onEvent),
  );
}

/** The services that the command names, or all of its files. */
function askedFor({ services, project }: UpRequest): Pick<ChangeRequest, 'services' | 'known'> {
  return { services, known: Object.keys(project.services) };
}
