import { type BodyOf, call, events } from '../call.ts';
import { cancellable, consoleSize, contents, runnerChoice } from '../parts.ts';
import { project } from '../project-shape.ts';

/** Creates a one-off container after its dependencies; `startContainer` then starts it. */
export const run = call({
  method: 'POST',
  path: '/project/run',
  query: cancellable,
  body: (z) =>
    z.object({
      project: project(z),
      contents: z.exactOptional(contents(z)),
      /** As in `up`. */
      nameIsExplicit: z.exactOptional(z.boolean()),
      service: z.string(),
      strict: z.boolean(),
      /** Replaces `command`; empty keeps it. */
      command: z.array(z.string()),
      entrypoint: z.exactOptional(z.array(z.string())),
      environment: z.record(z.string(), z.string()),
      user: z.exactOptional(z.string()),
      workingDir: z.exactOptional(z.string()),
      name: z.exactOptional(z.string()),
      tty: z.boolean(),
      consoleSize: z.exactOptional(consoleSize(z)),
      interactive: z.boolean(),
      detach: z.boolean(),
      remove: z.boolean(),
      noDeps: z.boolean(),
      /** The container has the names of the service on its networks. */
      useAliases: z.exactOptional(z.boolean()),
      /** Removes orphans first. */
      removeOrphans: z.exactOptional(z.boolean()),
      /** As in `up`. */
      ignoreOrphans: z.exactOptional(z.boolean()),
      /** Tells the operations and carries out none. */
      dryRun: z.exactOptional(z.boolean()),
      runner: z.exactOptional(runnerChoice(z)),
    }),
  reply: events,
});

export type RunRequest = BodyOf<typeof run>;
