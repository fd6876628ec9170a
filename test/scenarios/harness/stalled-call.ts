import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { socketOf } from './control.ts';
import type { Project } from './project.ts';

/** A call whose answer is opened, and not read before somebody wants it. */
export const openCall = (
  project: Project,
  method: string,
  path: string,
  body?: object,
): Promise<{ readonly socket: Socket }> =>
  new Promise((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = { 'Content-Length': Buffer.byteLength(text), ...UPGRADE };
    const call = request({
      socketPath: socketOf(project),
      method,
      path,
      headers: method === 'GET' ? {} : headers,
    });
    call.once('error', reject);
    call.once('response', (response) => resolve({ socket: response.socket }));
    call.once('upgrade', (_response, socket) => resolve({ socket }));
    call.end(text);
  });

const UPGRADE = { Connection: 'Upgrade', Upgrade: 'tcp' };

/** Bytes that the supervisor has had in memory at most. */
export const mostMemory = (project: Project): number =>
  1024 * Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${project.supervisor()}/status`, 'utf8'))?.[1]);
