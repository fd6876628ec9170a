import { type BodyOf, call, connection, json, nothing } from '../call.ts';
import { consoleSize, runnerChoice } from '../parts.ts';
import { signal } from '../query.ts';
import { type ExitStatus, windowSize } from './containers.ts';

/** Records a command for a container; `startExec` runs it. The body is that of the Docker Engine API. */
export const createExec = call({
  method: 'POST',
  path: '/containers/{id}/exec',
  body: (z) =>
    z.object({
      Cmd: z.array(z.string()).check(z.minLength(1)),
      /** `KEY=value`; a `KEY` alone removes the variable. */
      Env: z.exactOptional(z.nullable(z.array(z.string()))),
      User: z.exactOptional(z.string()),
      WorkingDir: z.exactOptional(z.string()),
      Tty: z.exactOptional(z.boolean()),
      ConsoleSize: z.exactOptional(consoleSize(z)),
      Privileged: z.exactOptional(z.boolean()),
      AttachStdin: z.exactOptional(z.boolean()),
      Runner: z.exactOptional(runnerChoice(z)),
    }),
  reply: json<{ readonly Id: string }>(201),
});

export type ExecRequest = BodyOf<typeof createExec>;

/** Takes over the connection, unless `Detach` is set. */
export const startExec = call({
  method: 'POST',
  path: '/exec/{id}/start',
  body: (z) => z.object({ Detach: z.exactOptional(z.boolean()), Tty: z.exactOptional(z.boolean()) }),
  reply: connection,
});

export const resizeExec = call({
  method: 'POST',
  path: '/exec/{id}/resize',
  query: windowSize,
  reply: nothing(200),
});

export const killExec = call({
  method: 'POST',
  path: '/exec/{id}/kill',
  query: { signal },
  reply: nothing(),
});

/** Answers when the process has exited and its output is delivered. */
export const waitExec = call({ method: 'POST', path: '/exec/{id}/wait', reply: json<ExitStatus>() });

export const inspectExec = call({
  method: 'GET',
  path: '/exec/{id}/json',
  reply: json<{
    readonly ID: string;
    readonly Running: boolean;
    /** Null before the end. */
    readonly ExitCode: number | null;
    /** The host's PID, 0 before the start. */
    readonly Pid: number;
    readonly ContainerID: string;
    readonly ProcessConfig: {
      readonly tty: boolean;
      readonly entrypoint: string;
      readonly arguments: readonly string[];
      readonly privileged: boolean;
      readonly user: string;
    };
  }>(),
});
