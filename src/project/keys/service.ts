import * as z from 'zod';
import { readCapability } from '../scalars/capability.ts';
import { flaw } from '../scalars/flaw.ts';
import { readTmpfs } from '../scalars/mounts.ts';
import { readContainerName, readHostname, readSignal } from '../scalars/names.ts';
import { integerFrom, readCpus, readDuration, readMemory, readMemorySwap } from '../scalars/numbers.ts';
import { splitCommand } from '../scalars/shell-words.ts';
import { readSysctlName } from '../scalars/sysctl.ts';
import { readUser } from '../scalars/user.ts';
import { buildSchema } from './build.ts';
import {
  boolean,
  grammar,
  type Keys,
  labels,
  lazyKeys,
  list,
  listOrMap,
  mapping,
  numberOrText,
  shapeOf,
  text,
  textOrList,
  variables,
} from './fields.ts';
import { compositionKeys } from './service-composition.ts';
import { fileKeys } from './service-file-keys.ts';
import { lifecycleKeys } from './service-lifecycle.ts';
import { machineKeys } from './service-machine.ts';
import { namespaceKeys } from './service-namespaces.ts';
import { networkKeys } from './service-network.ts';
import { attachmentsSchema, dependenciesSchema } from './service-relations.ts';
import { resourceKeys } from './service-resources.ts';
import { supplyKeys } from './service-supply.ts';
import { ulimitsSchema } from './shared.ts';
import { unsupportedServiceKeys } from './unsupported.ts';
import { volumeSchema } from './volume.ts';

/** Builds the schema of one entry of `services`, with the keys that occur or with all. */
export function serviceSchema(occurring?: ReadonlySet<string>) {
  return mapping('service', shapeOf(serviceKeys, occurring));
}

const serviceKeys: Keys = lazyKeys({
  ...Object.fromEntries(Object.keys(unsupportedServiceKeys).map((key) => [key, () => z.unknown()])),
  ...programKeys(),
  ...rootKeys(),
  ...limitKeys(),
  ...privilegeKeys(),
  ...identityKeys(),
  ...relationKeys(),
  ...networkKeys(),
  ...lifecycleKeys(),
  ...supplyKeys(),
  ...machineKeys(),
  ...namespaceKeys(),
  ...resourceKeys(),
  ...fileKeys(),
  ...compositionKeys(),
  'x-tscompose': () =>
    extensionSchema().describe('Keys of tscompose, for files that Docker Compose should accept too.'),
});

function programKeys() {
  return {
    command: () =>
      command().describe(
        'The command, or the arguments of `entrypoint`: a list, or text that is split at blanks.',
      ),
    entrypoint: () =>
      command().describe('The program to which `command` is added: a list, or text that is split at blanks.'),
    environment: () =>
      variables().describe(
        'Environment variables; one without a value is taken from the environment of tscompose.',
      ),
    working_dir: () =>
      grammar(text(), readAbsolute).describe('Directory in which the command starts, `/` by default.'),
    user: () =>
      grammar(numberOrText(), readUser).describe(
        'User that runs the command: `uid[:gid]` or `name[:group]`.',
      ),
    tty: () => boolean().describe('Give the command a terminal.'),
    stdin_open: () => boolean().describe('Keep standard input open.'),
    init: () =>
      boolean().describe(
        'Run a small init as PID 1, which passes signals on to the command and reaps orphans.',
      ),
    stop_signal: () =>
      grammar(numberOrText(), readSignal).describe(
        'Signal that asks the service to stop, SIGTERM by default.',
      ),
    stop_grace_period: () =>
      grammar(numberOrText(), readDuration).describe(
        'Time between the stop signal and SIGKILL, 10s by default.',
      ),
  };
}

function rootKeys() {
  return {
    rootfs: () =>
      rootfs().describe("Directory with the root file system, or `host` for this machine's own programs."),
    image: () => text().describe('Image reference; only a name here, for `rootfs` brings the files.'),
    build: () =>
      buildSchema().describe('How to build an image; nothing is built here, `rootfs` brings the files.'),
    read_only: () => boolean().describe('Let nobody write to the root file system.'),
    tmpfs: () =>
      textOrList(grammar(text(), readTmpfs)).describe('Directories in memory: `path[:size=64m,mode=1777]`.'),
    volumes: () =>
      list(volumeSchema()).describe(
        'Directories and files of the host: `source:target[:ro]`, or the long form.',
      ),
  };
}

function limitKeys() {
  return {
    memory: () =>
      memory().describe('Most memory that the service may use, such as `256m`; the same as `mem_limit`.'),
    mem_limit: () => memory().describe('Most memory that the service may use, such as `256m`.'),
    memswap_limit: () =>
      grammar(numberOrText(), readMemorySwap).describe(
        'Most memory and swap together, twice the memory by default, -1 for no limit.',
      ),
    cpus: () =>
      grammar(numberOrText(), readCpus).describe('Most CPUs that the service may use, such as 0.5.'),
    cpu_shares: () =>
      grammar(numberOrText(), integerFrom(0)).describe(
        'Weight against other services when CPUs are short, 1024 by default.',
      ),
    pids_limit: () =>
      grammar(numberOrText(), integerFrom(-1)).describe('Most processes and threads, -1 for no limit.'),
    ulimits: () => ulimitsSchema().describe('Resource limits of each process, such as `nofile`.'),
  };
}

function privilegeKeys() {
  return {
    privileged: () =>
      boolean().describe('Give all capabilities and devices; the container can then take over the machine.'),
    cap_add: () =>
      list(grammar(text(), readCapability)).describe(
        'Capabilities to add to the usual ones, such as NET_ADMIN.',
      ),
    cap_drop: () => list(grammar(text(), readCapability)).describe('Capabilities to take away, or ALL.'),
    sysctls: () =>
      listOrMap(readSysctlName, readSysctlValue).describe(
        'Kernel settings of the container, such as `net.core.somaxconn`.',
      ),
  };
}

function identityKeys() {
  return {
    hostname: () =>
      grammar(text(), readHostname).describe(
        'Host name inside the container, twelve digits of its id by default.',
      ),
    domainname: () => grammar(text(), readHostname).describe('NIS domain name inside the container.'),
    container_name: () =>
      grammar(text(), readContainerName).describe(
        'Name of the container, `<project>-<service>-1` by default.',
      ),
    labels: () => labels().describe('Labels of the container.'),
  };
}

function relationKeys() {
  return {
    networks: () => attachmentsSchema().describe('Networks to join, `default` by default.'),
    depends_on: () => dependenciesSchema().describe('Services that start before this one and stop after it.'),
  };
}

function extensionSchema() {
  return mapping('tscompose extension', {
    rootfs: rootfs().describe('The same as `rootfs` of the service.'),
    memory: memory().describe('The same as `mem_limit` of the service.'),
  });
}

const command = () => z.union([grammar(text(), splitCommand), z.array(text()), z.null()]);
const memory = () => grammar(numberOrText(), readMemory);
const rootfs = () =>
  grammar(text(), (value) => (value === '' ? flaw('be a directory or `host`') : { value }));

/** A second line would be a second write to the kernel. */
function readSysctlValue(value: string) {
  if (value === '') return flaw('have a value', 'expected such as `net.core.somaxconn=1024`');
  return value.includes('\n') ? flaw('be one line') : { value };
}

function readAbsolute(path: string) {
  return path.startsWith('/')
    ? { value: path }
    : flaw('be an absolute path', 'expected a path that begins with `/`');
}
