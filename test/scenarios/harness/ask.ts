import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The text of a TCP server before it closes. Rejects with the code of the error: `ECONNREFUSED`. */
export const askTcp = (address: string, port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = '';
    const socket = connect({ host: address, port, timeout: 5000 });
    socket.setEncoding('utf8');
    socket.on('data', (text) => {
      said += text;
    });
    socket.on('end', () => resolve(said.trim()));
    socket.on('timeout', () => socket.destroy(Object.assign(new Error('ETIMEDOUT'), { code: 'ETIMEDOUT' })));
    socket.on('error', ({ code }: NodeJS.ErrnoException) => reject(new Error(code)));
  });

/** The answer of a UDP server; undefined after a second without one. */
export const askUdp = async (address: string, port: number, text: string): Promise<string | undefined> => {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  try {
    const answer = new Promise<string>((resolve, reject) => {
      socket.on('message', (bytes) => resolve(bytes.toString()));
      socket.on('error', reject);
    });
    socket.send(text, port, address);
    return await Promise.race([answer, sleep(1000).then(() => undefined)]);
  } finally {
    socket.close();
  }
};
