import { type BodyOf, call, events, type PartOf, type Schema, type Zod } from '../call.ts';
import { cancellable, timeout } from '../parts.ts';

/** The common body of calls without a file; the project's record has everything else. */
const selection = (z: Zod) =>
  z.object({
    /** Empty: all services. */
    services: z.array(z.string()),
    /** The services of the caller's files, containers of others are left alone; absent without files. */
    known: z.exactOptional(z.array(z.string())),
    timeout: z.exactOptional(timeout(z)),
    /** Tells the operations and carries out none. */
    dryRun: z.exactOptional(z.boolean()),
  });

const changeOf = <const Path extends string, Body extends Schema>(path: Path, body: (z: Zod) => Body) =>
  call({ method: 'POST', path, query: cancellable, body, reply: events });

export const down = changeOf('/project/down', (z) =>
  z.extend(selection(z), {
    removeOrphans: z.exactOptional(z.boolean()),
    /** As in `up`. */
    ignoreOrphans: z.exactOptional(z.boolean()),
    /** Removes volumes of the project as well. */
    volumes: z.exactOptional(z.boolean()),
    /** Keys of the volumes of the caller's files, others are left alone; absent without files. */
    knownVolumes: z.exactOptional(z.array(z.string())),
    /** Their names on this machine; one that the project has not made is a warning. */
    volumeNames: z.exactOptional(z.array(z.string())),
  }),
);

export const stop = changeOf('/project/stop', (z) =>
  z.extend(selection(z), {
    /** The machine goes down: policies start the containers at boot, as if they had not been stopped by hand. */
    boot: z.exactOptional(z.boolean()),
  }),
);

/** The order of services in the caller's files, instead of that at their creation. */
const dependencies = (z: Zod) =>
  z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        condition: z.literal(['service_started', 'service_healthy', 'service_completed_successfully']),
        restart: z.boolean(),
        required: z.boolean(),
      }),
    ),
  );

export const start = changeOf('/project/start', (z) =>
  z.extend(selection(z), {
    /** As in `up`. */
    wait: z.exactOptional(z.boolean()),
    waitTimeout: z.exactOptional(timeout(z)),
    /** Only containers that their restart policy starts at boot. */
    boot: z.exactOptional(z.boolean()),
    dependencies: z.exactOptional(dependencies(z)),
  }),
);

/** `noDeps`: without the dependants whose `depends_on` has `restart: true`. */
export const restart = changeOf('/project/restart', (z) =>
  z.extend(selection(z), {
    noDeps: z.exactOptional(z.boolean()),
    dependencies: z.exactOptional(dependencies(z)),
  }),
);

export const kill = changeOf('/project/kill', (z) =>
  z.extend(selection(z), {
    signal: z.exactOptional(z.string()),
    /** Sends the signal to orphans as well. */
    removeOrphans: z.exactOptional(z.boolean()),
  }),
);

export const pause = changeOf('/project/pause', selection);

export const unpause = changeOf('/project/unpause', selection);

export const remove = changeOf('/project/remove', (z) =>
  z.extend(selection(z), {
    /** Ids: the caller has named these to its user. */
    containers: z.exactOptional(z.array(z.string())),
    /** Removes their anonymous volumes as well. */
    volumes: z.exactOptional(z.boolean()),
  }),
);

/** By the verb. */
export const changes = { down, stop, start, restart, kill, pause, unpause, remove } as const;

export type Verb = keyof typeof changes;

export type ChangeRequest = PartOf<typeof selection> &
  Partial<
    Pick<
      BodyOf<typeof down>,
      'removeOrphans' | 'ignoreOrphans' | 'volumes' | 'knownVolumes' | 'volumeNames'
    > &
      Pick<BodyOf<typeof start>, 'boot'> &
      Pick<BodyOf<typeof restart>, 'noDeps' | 'dependencies'> &
      Pick<BodyOf<typeof start>, 'wait' | 'waitTimeout'> &
      Pick<BodyOf<typeof kill>, 'signal'> &
      Pick<BodyOf<typeof remove>, 'containers'>
  >;
