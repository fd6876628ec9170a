import { request } from 'node:http';
import { connect } from 'node:net';
import { text as consume } from 'node:stream/consumers';
import type { Project } from './project.ts';

export type Answer = {
  readonly status: number;
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
};

export type Call = {
  readonly method?: string;
  readonly path: string;
  /** Sent as JSON; a string is sent as it stands. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export const socketOf = ({ runDirectory, name }: Project): string =>
  `${runDirectory}/${name}/supervisor.sock`;

/** Makes a call to a project's supervisor as any HTTP client does, and resolves with its whole answer. */
export const callSupervisor = (
  project: Project,
  { method = 'GET', path, body, headers = {} }: Call,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const socketPath = socketOf(project);
    const call = request({ socketPath, method, path, headers: { ...headers }, agent: false });
    call.once('error', reject);
    call.once('upgrade', ({ statusCode }, socket, head) => {
      consume(socket).then((text) => resolve(answerOf(statusCode, head.toString() + text)), reject);
    });
    call.once('response', (response) => {
      consume(response).then((text) => resolve(answerOf(response.statusCode, text)), reject);
    });
    call.end(sent);
  });

/** The supervisor's answer to bytes that need not be HTTP, until it closes the connection. */
export const sendBytes = (project: Project, bytes: string): Promise<string> => {
  const socket = connect(socketOf(project));
  socket.on('error', () => {});
  socket.end(bytes);
  return consume(socket).catch(() => '');
};

const answerOf = (status = 0, text: string): Answer => ({ status, text, body: parsed(text) });

const parsed = (text: string): Answer['body'] => {
  try {
    return JSON.parse(text) as Answer['body'];
  } catch {
    return undefined;
  }
};
