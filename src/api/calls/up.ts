import { type BodyOf, call, events } from '../call.ts';
import { cancellable, contents, runnerChoice, timeout } from '../parts.ts';
import { project } from '../project-shape.ts';

/** Creates missing containers, replaces changed ones, starts stopped ones. */
export const up = call({
  method: 'POST',
  path: '/project/up',
  query: cancellable,
  body: (z) =>
    z.object({
      project: project(z),
      contents: z.exactOptional(contents(z)),
      /** The user gave the name, so a project of the same name in another directory is meant. */
      nameIsExplicit: z.exactOptional(z.boolean()),
      /** Only these services and their dependencies; empty for all. */
      services: z.array(z.string()),
      strict: z.boolean(),
      noDeps: z.exactOptional(z.boolean()),
      forceRecreate: z.exactOptional(z.boolean()),
      noRecreate: z.exactOptional(z.boolean()),
      removeOrphans: z.exactOptional(z.boolean()),
      /** Do not warn about containers that belong to no service. */
      ignoreOrphans: z.exactOptional(z.boolean()),
      /** Gives recreated containers new anonymous volumes. */
      renewAnonVolumes: z.exactOptional(z.boolean()),
      /** Create containers without starting them. */
      noStart: z.exactOptional(z.boolean()),
      timeout: z.exactOptional(timeout(z)),
      /** Recreates the containers of services that the named ones depend on. */
      alwaysRecreateDeps: z.exactOptional(z.boolean()),
      /** Ends when the containers run, and are healthy or have completed. */
      wait: z.exactOptional(z.boolean()),
      /** The time limit of all waits. */
      waitTimeout: z.exactOptional(timeout(z)),
      /** Does not undo the changes if one of them fails. */
      keepFailed: z.exactOptional(z.boolean()),
      /** Tells the operations and carries out none. */
      dryRun: z.exactOptional(z.boolean()),
      runner: z.exactOptional(runnerChoice(z)),
    }),
  reply: events,
});

export type UpRequest = BodyOf<typeof up>;
