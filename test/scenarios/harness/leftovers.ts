import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openNetfilter } from '../../../src/engine/networks/netfilter.ts';
import { groupOf } from '../../../src/kernel/netlink/link.ts';
import { eventually } from './eventually.ts';
import { isAlive, readIfThere } from './host.ts';
import type { Project } from './project.ts';

type Left = Pick<Project, 'name' | 'directory' | 'runDirectory' | 'seen'>;

/** The interfaces that are there now. */
export const interfaces = (): ReadonlySet<string> => new Set(readdirSync('/sys/class/net'));

/**
 * Everything of a project that is still on the machine, one line each. What is found with little work, and remains
 * longest, comes first: a caller that waits for nothing looks at one line only.
 */
export function* leftovers(project: Left, before: ReadonlySet<string>): Generator<string> {
  yield* filesOf(project.runDirectory).map((path) => `in the run directory: ${path}`);
  yield* processes(project);
  yield* mounts(project);
  yield* tables(project);
  yield* linksLeft(project.name, linksOfTheHost(), before);
  yield* cgroups(project);
}

/** The one check, that no process, mount, table, interface, cgroup or file in the run directory is left; it waits for it. */
export async function nothingIsLeft(project: Left, before: () => ReadonlySet<string>): Promise<void> {
  const isClean = (): boolean => leftovers(project, before()).next().done === true;
  await eventually('nothing is left behind', isClean).catch(({ message }: Error) => {
    throw new Error([message, ...leftovers(project, before())].join('\n'));
  });
}

// A container is recognised by its mounts, which no process can hide; one without a name is a zombie, already dead.
function processes({ name, directory, seen }: Left): readonly string[] {
  const isMounted = mountsIn(directory);
  return names('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .flatMap((pid) => {
      const words = readIfThere(`/proc/${pid}/cmdline`).split('\0').join(' ').trim();
      const isSupervisor = words.includes(`supervise ${name} `) || words.endsWith(`guardian ${name}`);
      const isContainer = isMounted(pid);
      const isRecorded = seen.has(Number(pid)) && readIfThere(`/proc/${pid}/cgroup`).includes(`/${name}`);
      return isSupervisor || isContainer || isRecorded ? [`process ${pid}: ${words}`] : [];
    });
}

/** Whether a process sees mounts of the directory: those of each mount namespace are read once. */
function mountsIn(directory: string): (pid: string) => boolean {
  const known = new Map<string, boolean>();
  return (pid) => {
    const namespace = linkIfThere(`/proc/${pid}/ns/mnt`);
    const before = known.get(namespace);
    if (before !== undefined) return before;
    const found = readIfThere(`/proc/${pid}/mountinfo`).includes(`${directory}/`);
    // A process that has ended meanwhile says nothing of others.
    if (namespace !== '' && isAlive(Number(pid))) known.set(namespace, found);
    return found;
  };
}

const linkIfThere = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
};

function mounts({ directory }: Left): readonly string[] {
  const lines = readIfThere('/proc/self/mountinfo').split('\n');
  return lines.filter((line) => line.includes(`${directory}/`)).map((line) => `mount: ${line}`);
}

function tables({ name }: Left): readonly string[] {
  const netfilter = openNetfilter();
  const left = netfilter.tables().filter((table) => table.name.startsWith(`tscompose-${name}`));
  netfilter.close();
  return left.map((table) => `table of packet filters: ${table.name}`);
}

type Link = {
  readonly name: string;
  readonly index: number;
  readonly alias: string;
  readonly group: number;
};

/**
 * A cable's end has no alias but the group of its bridge: when that is gone, nobody will ever remove it. One of another
 * project may be seen in the middle of its removal: a caller that does not look again gives the links of now as `before`.
 */
export function linksLeft(
  project: string,
  links: readonly Link[],
  before: ReadonlySet<string>,
): readonly string[] {
  const groups = new Set(links.map(({ index }) => groupOf(index)));
  return links.flatMap(({ name, alias, group }) => {
    if (alias.startsWith(`tscompose/${project}`)) return [`interface ${name}: ${alias}`];
    const isOrphan = name.startsWith('tsc') && !alias && !groups.has(group);
    return isOrphan && !before.has(name) ? [`interface ${name}, whose bridge is gone`] : [];
  });
}

/** The ends of the cables that lead from the bridges of a project to its containers. */
export function cablesOf({ name }: Pick<Project, 'name'>): readonly string[] {
  const links = linksOfTheHost();
  const isBridge = ({ alias }: Link) => alias.startsWith(`tscompose/${name}`);
  const groups = new Set(links.filter(isBridge).map(({ index }) => groupOf(index)));
  return links.filter((link) => groups.has(link.group) && !isBridge(link)).map((link) => link.name);
}

/** Without those that other projects remove meanwhile. */
const linksOfTheHost = (): readonly Link[] =>
  names('/sys/class/net').flatMap((name) => {
    const alias = attribute(name, 'ifalias');
    const [index, group] = [attribute(name, 'ifindex'), attribute(name, 'netdev_group')];
    return group === '' ? [] : [{ name, index: Number(index), alias, group: Number(group) }];
  });

const attribute = (link: string, name: string): string =>
  readIfThere(`/sys/class/net/${link}/${name}`).trim();

function cgroups({ name }: Left): readonly string[] {
  const found: string[] = [];
  const walk = (directory: string): void => {
    for (const entry of directoriesIn(directory)) {
      const path = join(directory, entry);
      if (entry.includes(name)) found.push(`cgroup ${path}`);
      else if (!OTHER_SCENARIO.test(entry)) walk(path);
    }
  };
  walk('/sys/fs/cgroup');
  return found;
}

/** The cgroups of what runs beside this scenario are as many as all others together. */
const OTHER_SCENARIO = /^scenario-[\da-f]{8}$/;

function filesOf(directory: string): readonly string[] {
  return names(directory).map((name) => join(directory, name));
}

// A directory counts its links, one of them for each directory in it: most cgroups have none, but a hundred files.
function directoriesIn(path: string): readonly string[] {
  try {
    if (statSync(path).nlink === 2) return [];
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

function names(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
