import { request } from 'node:http';
import { socketOf } from './control.ts';
import type { Project } from './project.ts';

type Told = Readonly<Record<string, unknown>>;

/** The events that a project's supervisor tells from now on; it does not end before `stop`. */
export const watchEvents = (
  project: Project,
): { readonly events: () => readonly Told[]; readonly stop: () => void } => {
  let text = '';
  let stop = (): void => void call.destroy();
  const headers = { Connection: 'Upgrade', Upgrade: 'tcp' };
  const call = request({
    socketPath: socketOf(project),
    method: 'POST',
    path: '/project/events',
    headers,
    agent: false,
  });
  call.on('error', () => {});
  call.once('upgrade', (_response, socket, head) => {
    text += head.toString();
    stop = () => socket.destroy();
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  });
  call.end();
  const events = (): readonly Told[] =>
    text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Told);
  return { events, stop: () => stop() };
};
