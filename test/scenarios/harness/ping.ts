import { request } from 'node:http';

/** Asks the supervisor whether it is there; resolves with the milliseconds that the answer took. */
export const ping = (socketPath: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const begin = performance.now();
    const asking = request({ socketPath, path: '/_ping', agent: false }, (response) => {
      response.resume().once('end', () => resolve(performance.now() - begin));
      response.once('error', reject);
    });
    asking.once('error', reject).end();
  });
