import { request } from 'node:http';

/** Whether a supervisor answers; false where nobody listens any more. */
export const ping = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const asking = request({ socketPath, path: '/_ping', agent: false }, (response) =>
      response.resume().once('close', () => resolve(response.complete)),
    );
    asking.once('error', () => resolve(false)).end();
  });
