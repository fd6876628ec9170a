import type { ChangeRequest } from '../../api/calls/change.ts';
import type { ContainerSummary } from '../../api/calls/containers.ts';
import type { UpRequest } from '../../api/calls/up.ts';
import type { Client } from '../../api/client.ts';
import type { Event } from '../../api/events.ts';
import { chosenServices } from '../../project/model/chosen-services.ts';
import type { Context } from '../command-context.ts';
import type { UpOptions } from '../commands/up.ts';
import { acrossSupervisors } from '../logs/across-supervisors.ts';
import { type FollowFrom, follower } from '../logs/follow.ts';
import { logPrinter, shortName } from '../logs/printer.ts';
import { reported } from '../report/reported.ts';
import { interruptions } from '../terminal/interruptions.ts';
import { attachedServices } from './attached-services.ts';
import { type EarlyOutput, earlyOutput } from './early-output.ts';
import { type ExitRule, exitRule } from './exit-rule.ts';
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
    const early = earlyOutput();
    let opened: Promise<void> | undefined;
    const exitCode = await reported(context, (onEvent, _, share) => {
      const open = async () => {
        await share();
        following.open(early, await client.containers(true), { since: begin });
      };
      const heard = (event: Event) => {
        onEvent(event);
        early.event(event);
        if (event.type === 'plan') following.judge(event);
        if (early.isDue()) opened ??= open();
        // Its failure is one of this command, unless the call fails.
        opened?.catch(() => {});
      };
      return client.up(request, heard, stopping.signal);
    });
    if (exitCode !== 0) {
      await Promise.allSettled([opened]);
      await following.drained();
      return interruptions.statusOf(exitCode);
    }
    await opened;
    stopping.started();
    following.follow(await client.containers(true), { since: begin });
    const failure = await Promise.race([following.done, stopping.failed]);
    const status = failure ?? stopping.status() ?? (await statusOf(foreground, following.rule));
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
    logs: acrossSupervisors(client.logs),
    printer,
    timestamps: options.timestamps ?? false,
    wants: ({ OneOff, Service }: ContainerSummary) =>
      !OneOff && (attached.has(Service) || awaited.has(Service)),
    isAwaited: ({ Service }) => awaited.has(Service),
    isPrinted: ({ Service }) => attached.has(Service),
    sayExit: say,
  });
  const rule = exitRule(options, (service) => awaited.has(service));
  const judge = (event: Event): void => {
    if (!rule.ends(event) || stopping.status() !== undefined) return;
    context.messages.say('Aborting on container exit…');
    stopping.stop();
  };
  const { close } = await client.events((event: Event) => {
    following.event(event);
    judge(event);
  });
  let hasSaid = false;
  const sayNames = (containers: readonly ContainerSummary[]): void => {
    const names = containers.filter((one) => !one.OneOff && attached.has(one.Service)).map(shortName);
    if (names.length > 0 && !hasSaid) say(`Attaching to ${names.toSorted().join(', ')}`);
    hasSaid = true;
    printer.expect(names);
  };
  const open = (early: EarlyOutput, containers: readonly ContainerSummary[], from: FollowFrom): void => {
    sayNames(containers.filter(early.isMeant));
    following.open(containers.filter(early.isThere), from);
  };
  const follow = (containers: readonly ContainerSummary[], from: FollowFrom): void => {
    sayNames(containers);
    following.follow(containers, from);
  };
  return { ...following, open, follow, close, rule, judge };
}

/** Sentences between the lines of containers are part of the output, as in Docker Compose. */
function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The exit status once all containers have exited; of a service that did not run now, that of its last run. */
async function statusOf({ options, client }: Foreground, rule: ExitRule): Promise<number> {
  const { exitCodeFrom, abortOnContainerExit } = options;
  const status = rule.status();
  if (status !== undefined) return status;
  if (exitCodeFrom === undefined) return abortOnContainerExit ? 1 : 0;
  const containers = await client.containers(true);
  return containers.find(({ Service, OneOff }) => Service === exitCodeFrom && !OneOff)?.ExitCode ?? 1;
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
