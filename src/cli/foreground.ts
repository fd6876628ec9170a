import type { ChangeRequest } from '../api/calls/change.ts';
import type { ContainerSummary } from '../api/calls/containers.ts';
import type { UpRequest } from '../api/calls/up.ts';
import type { Client } from '../api/client.ts';
import type { Event } from '../api/events.ts';
import type { Context } from './command-context.ts';
import type { UpOptions } from './commands/up.ts';
import { interruptions } from './interruptions.ts';
import { follower } from './logs/follow.ts';
import { logPrinter } from './logs/printer.ts';
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
  const attached = new Set(
    request.services.length > 0 ? request.services : Object.keys(request.project.services),
  );
  const printer = logPrinter({
    prefixed: options.logPrefix,
    color: context.color.stdout && options.color,
    write: (stream, bytes) => void process[stream].write(bytes),
  });
  const following = follower({
    client,
    logs: client.logs,
    printer,
    timestamps: false,
    wants: ({ OneOff, Service }: ContainerSummary) => !OneOff && attached.has(Service),
    sayExit: context.messages.say,
  });
  let firstExit: number | undefined;
  const stopsAtFirstExit = options.abortOnContainerExit || options.exitCodeFrom !== undefined;
  const { close } = await client.events((event: Event) => {
    following.event(event);
    if (event.type !== 'container.exited' || event.oneOff || !attached.has(event.service)) return;
    firstExit ??= event.exitCode;
    if (stopsAtFirstExit) stopping.stop();
  });
  return { ...following, close, firstExit: () => firstExit };
}

/** The exit status once all containers have exited, by themselves or because one of them has. */
async function statusOf({ options, client }: Foreground, firstExit: number | undefined): Promise<number> {
  const { exitCodeFrom, abortOnContainerExit } = options;
  if (exitCodeFrom !== undefined) {
    const containers = await client.containers(true);
    return containers.find(({ Service, OneOff }) => Service === exitCodeFrom && !OneOff)?.ExitCode ?? 1;
  }
  return abortOnContainerExit ? (firstExit ?? 1) : 0;
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
