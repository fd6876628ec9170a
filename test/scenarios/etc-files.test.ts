import {
  appendFileSync,
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { kill } from 'node:process';
import { execute } from '../../src/kernel/launch/execute.ts';
import { call } from '../../src/kernel/program/program.ts';
import { eventually } from './harness/eventually.ts';
import { isAlive } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { needs } from './harness/scenario.ts';

const scenario = needs('busybox');

/** Another subnet changes the address in the /etc/hosts of each running container. */
const onSubnet = (number: number): string => `services:
  web: { command: [sleep, "1000"], rootfs: ./root, stop_grace_period: 0s }
  other: { command: [sleep, "1000"], rootfs: ./root, stop_grace_period: 0s }
networks:
  default: { ipam: { config: [{ subnet: 10.213.${number}.0/24 }] } }
`;

const [IMMUTABLE, APPEND] = ['\u0010', '\u0020'];

/** As chattr(1). Before Linux 6.0, tmpfs has no such flags. */
const setFlag = (fd: number, flag: string | undefined): void =>
  void execute(call('ioctl', fd, 'FS_IOC_SETFLAGS', `${flag}\0\0\0\0\0\0\0`));

/** Writes until there is no space left. */
const fill = (path: string): void => {
  const fd = openSync(path, 'a');
  try {
    for (;;) writeSync(fd, Buffer.alloc(4096, '#'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(fd);
  }
};

/** A file of /etc of a container, written to as root in the container can. */
const fileOf = async (project: Project, service: string, file = 'hosts'): Promise<string> =>
  `/proc/${(await project.container(service)).Pid}/root/etc/${file}`;

scenario(
  'the files of /etc are on a file system of the container; a full, sparse or protected one is rewritten all the same',
  async (t, project) => {
    project.root();
    project.compose(onSubnet(41));
    await project.up();
    const hosts = await fileOf(project, 'web');
    const resolver = await fileOf(project, 'web', 'resolv.conf');

    // Red without: the fsopen of root/etc.ts (files on the run directory).
    fill(resolver);
    const taken = (path: string): number => statSync(path).blocks * 512;
    t.true(taken(resolver) <= 1 << 20, `${taken(resolver)} bytes`);
    appendFileSync(await fileOf(project, 'other'), '# mine\n');
    t.false(existsSync(`${project.runDirectory}/${project.name}/containers/web/hosts`));
    t.false(readFileSync('/proc/self/mountinfo', 'utf8').includes(project.name));

    // `hosts` loses its page to another file. Red without: the cut of the neighbors in rewrite-file.ts.
    truncateSync(hosts, 0);
    fill(resolver);
    const fd = openSync(hosts, 'r+');
    ftruncateSync(fd, 2 ** 40);
    // Red without: clearFlags in rewrite-file.ts.
    setFlag(fd, APPEND);
    closeSync(fd);
    project.compose(onSubnet(42));
    await project.up();
    t.regex(readFileSync(hosts, 'latin1'), /^127[\s\S]*\n10\.213\.42\.\d+\t[0-9a-f]{12}\n$/);
    t.true(taken(resolver) <= 4096);

    // Red without: the descriptor that openEtcFile finds after the supervisor was killed, or its clearFlags.
    const supervisor = project.supervisor()!;
    kill(supervisor, 'SIGKILL');
    await eventually('the supervisor has ended', () => !isAlive(supervisor));
    // The first page is a hole. Red without: the cut of the file itself.
    truncateSync(hosts, 0);
    truncateSync(hosts, 2 ** 20);
    fill(hosts);
    const immutable = openSync(hosts, 'r+');
    setFlag(immutable, IMMUTABLE);
    closeSync(immutable);
    project.compose(onSubnet(43));
    await project.up();
    t.regex(readFileSync(hosts, 'latin1'), /^127[\s\S]*\n10\.213\.43\.\d+\t[0-9a-f]{12}\n$/);
    t.regex(readFileSync(await fileOf(project, 'other'), 'latin1'), /^10\.213\.43\./m);
    t.is(project.complaints(), '');
  },
);
