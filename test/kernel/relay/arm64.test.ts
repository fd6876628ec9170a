import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { elf } from '../../../src/kernel/direct/elf.ts';
import { connectTo, listenAt } from '../../../src/kernel/ffi/packet-socket.ts';
import { Readiness } from '../../../src/kernel/ffi/readiness.ts';
import { relayCode } from '../../../src/kernel/relay/code.ts';
import { RelayConnection } from '../../../src/kernel/relay/connection.ts';
import { PROTOCOL } from '../../../src/kernel/relay/control.ts';

const EMULATOR = 'qemu-aarch64-static';

const isThere = (): boolean => {
  try {
    execFileSync(EMULATOR, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const declare = isThere() || process.env.CI === 'true' ? test : test.skip;

declare('the arm64 relay passes on TCP and UDP (apt-get install qemu-user-static)', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-relay-'));
  const [file, path] = [join(directory, 'relay'), join(directory, 'relay.sock')];
  writeFileSync(file, elf(relayCode('arm64'), 'arm64'), { mode: 0o755 });
  const [near, far] = ['127.62.0.1', '127.62.0.2'].map((address) =>
    address.replace('.0.', `.${process.pid & 255}.`),
  );
  const readiness = new Readiness();
  const container = spawn('sleep', ['1000'], { stdio: 'ignore' });
  await once(container, 'spawn');
  const door = listenAt(path);
  const relay = new RelayConnection(connectTo(path)!, readiness);
  const emulator = spawn(EMULATOR, [file], { stdio: ['ignore', 'ignore', 'inherit', door] });
  closeSync(door);
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  const [echo, asking] = [createSocket('udp4'), createSocket('udp4')];
  try {
    t.is(await relay.greet(30_000), PROTOCOL);
    await once(server.listen(7000, far), 'listening');
    echo.bind(7000, far);
    await once(echo, 'listening');
    echo.on('message', (message, { port, address }) => echo.send(message, port, address));
    for (const protocol of ['tcp', 'udp'] as const) {
      const socket = { protocol, address: near as string, port: 8080 };
      const [reserved] = await relay.ask([{ call: 'reserve', socket }]);
      const target = { address: far as string, port: 7000 };
      const [opened] = await relay.ask([
        { call: 'open', descriptor: reserved!.result, target, pid: container.pid! },
      ]);
      t.is(opened?.result, 0);
    }
    const bytes = randomBytes(4 << 20);
    const stream = connect({ host: near as string, port: 8080, allowHalfOpen: true });
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk)).end(bytes);
    await once(stream, 'end');
    t.true(Buffer.concat(chunks).equals(bytes));
    asking.connect(8080, near);
    await once(asking, 'connect');
    asking.send('datagram');
    t.is(String((await once(asking, 'message'))[0]), 'datagram');
    const last = connect({ host: near as string, port: 8080 });
    const lost = new Promise((resolve) => last.once('error', resolve));
    last.write('x');
    await once(last, 'data');
    container.kill('SIGKILL');
    t.is(((await lost) as NodeJS.ErrnoException).code, 'ECONNRESET');
    relay.close();
    t.deepEqual(await once(emulator, 'exit'), [0, null]);
  } finally {
    for (const child of [container, emulator]) child.kill('SIGKILL');
    server.close();
    for (const socket of [echo, asking]) socket.close();
    relay.close();
    readiness.close();
    rmSync(directory, { recursive: true });
  }
});
