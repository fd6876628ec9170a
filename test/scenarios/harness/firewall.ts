import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { eventually } from './eventually.ts';
import type { Outside } from './outside.ts';

/** A firewall of another program, on the host of `openOutside`; the settings of the machine stay as they are. */
export type Firewall = {
  /** Runs one of its commands, as a user types it. */
  readonly run: (command: string) => string;
  readonly reload: () => void;
};

/** ufw, with its defaults: it drops what the host forwards. */
export const openUfw = (t: ExecutionContext, { host }: Outside): Firewall => {
  const directory = temporary(t);
  cpSync('/etc/ufw', join(directory, 'ufw'), { recursive: true });
  cpSync('/etc/default/ufw', join(directory, 'default'));
  const inside = `mount --bind ${directory}/ufw /etc/ufw && mount --bind ${directory}/default /etc/default/ufw`;
  const run = (command: string): string => host('unshare', '-m', 'sh', '-c', `${inside} && ${command}`);
  run('ufw --force enable');
  return { run, reload: () => void run('ufw reload') };
};

/** firewalld, with its defaults and a D-Bus of its own: what the host forwards is rejected. */
export const openFirewalld = async (t: ExecutionContext, { host }: Outside): Promise<Firewall> => {
  const directory = temporary(t);
  const address = `unix:path=${directory}/bus`;
  mkdirSync(join(directory, 'etc'));
  writeFileSync(join(directory, 'bus.conf'), busConfig(address));
  const start = async (program: string, ...words: readonly string[]): Promise<void> => {
    const child = spawn(program, words, {
      stdio: 'ignore',
      env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: address },
    });
    t.teardown(async () => {
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    });
    await once(child, 'spawn');
  };
  const send = (command: string): string =>
    host('env', `DBUS_SYSTEM_BUS_ADDRESS=${address}`, 'sh', '-c', command);
  // Its client waits for 25 seconds. On an emulated machine a reload takes longer, and the next command is answered after it.
  const run = (command: string): string => {
    try {
      return send(command);
    } catch (error) {
      if (!/Did not receive a reply/.test((error as { readonly stderr: string }).stderr)) throw error;
      return send('until firewall-cmd --state; do sleep 1; done');
    }
  };
  await start('dbus-daemon', `--config-file=${directory}/bus.conf`, '--nofork', '--nopidfile');
  await eventually('D-Bus is there', () => host('ls', `${directory}/bus`));
  const words = ['--system-config', join(directory, 'etc'), '--log-file', join(directory, 'log')];
  await start('firewalld', '--nofork', '--nopid', ...words);
  await eventually('firewalld runs', () => send('firewall-cmd --state 2>/dev/null'));
  return { run, reload: () => void run('firewall-cmd --reload') };
};

const temporary = (t: ExecutionContext): string => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-firewall-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

/** A bus for root alone, which starts no other services. */
const busConfig = (address: string): string => `<busconfig>
  <type>system</type>
  <listen>${address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="root"/>
    <allow own="*"/>
    <allow send_destination="*" eavesdrop="false"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
  </policy>
</busconfig>
`;
