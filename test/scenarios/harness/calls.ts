import type { ExecRequest } from '../../../src/api/calls/exec.ts';
import type { Client } from '../../../src/api/client.ts';
import { httpOver } from '../../../src/api/http.ts';
import { clientOver } from '../../../src/api/http-client.ts';
import { hasProcess } from '../../../src/base/status.ts';

/** Commands without a terminal, by the calls that they make: the start of a CLI costs more than most calls. */
export const clientOf = (socketPath: string): Client =>
  clientOver(httpOver(socketPath, () => Promise.reject(new Error(`${socketPath}: no supervisor answers`))));

export type Runner = NonNullable<ExecRequest['Runner']>;

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** `exec -T SERVICE COMMAND`, with nothing on its standard input. */
export const execByCall = async (
  socketPath: string,
  service: string,
  Cmd: readonly string[],
  Runner: Runner | undefined,
): Promise<Ran> => {
  const client = clientOf(socketPath);
  const found = (await client.containers(false)).find(
    ({ Service, State }) => Service === service && hasProcess(State),
  );
  if (!found) throw new Error(`${service} is not running`);
  const request = { Cmd: [...Cmd], Env: [], ...(Runner && { Runner }) };
  const session = await client.exec(found.Id, request, { detach: false });
  const output: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  session.onOutput((stream, chunk) => void output[stream].push(chunk));
  session.stdin.end();
  const code = await session.wait();
  const [stdout, stderr] = [output.stdout, output.stderr].map((chunks) => Buffer.concat(chunks).toString());
  return { code, stdout: stdout!, stderr: stderr! };
};

/** `logs --no-log-prefix`, as far as containers have written to their standard output. */
export const logsByCall = async (socketPath: string, service?: string): Promise<string> => {
  const client = clientOf(socketPath);
  const chunks: Buffer[] = [];
  for (const { Id, Service } of await client.containers(true))
    if (service === undefined || Service === service)
      await client.logs(Id, { follow: false, timestamps: false }, (stream, chunk) => {
        if (stream === 'stdout') chunks.push(chunk);
      });
  return Buffer.concat(chunks).toString();
};
