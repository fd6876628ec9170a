import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './project.ts';

type Left = Pick<Project, 'name' | 'directory' | 'runDirectory' | 'seen'>;

/** The interfaces that are there now. */
export const interfaces = (): ReadonlySet<string> => new Set(readdirSync('/sys/class/net'));

/** Everything of a project that is still on the machine, one line each. */
export function leftovers(project: Left, before: ReadonlySet<string>): readonly string[] {
  return [
    ...processes(project),
    ...mounts(project),
    ...newInterfaces(project, before),
    ...cgroups(project),
    ...filesOf(project.runDirectory).map((path) => `in the run directory: ${path}`),
  ];
}

// A container is recognised by its mounts, which no process can hide; one without a name is a zombie, already dead.
function processes({ name, directory, seen }: Left): readonly string[] {
  return names('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .flatMap((pid) => {
      const words = text(`/proc/${pid}/cmdline`).split('\0').join(' ').trim();
      const isSupervisor = words.includes(`supervise ${name} `);
      const isContainer = text(`/proc/${pid}/mountinfo`).includes(`${directory}/`);
      const isRecorded = seen.has(Number(pid)) && text(`/proc/${pid}/cgroup`).includes(`/${name}`);
      return isSupervisor || isContainer || isRecorded ? [`process ${pid}: ${words}`] : [];
    });
}

function mounts({ directory }: Left): readonly string[] {
  const lines = text('/proc/self/mountinfo').split('\n');
  return lines.filter((line) => line.includes(`${directory}/`)).map((line) => `mount: ${line}`);
}

// A cable's end has no alias but belongs to a bridge: when that is gone, nobody will ever remove it. Only where no
// other project runs can it be told whose it was.
function newInterfaces({ name }: Left, before: ReadonlySet<string>): readonly string[] {
  const isAlone = projectsWithCgroups().every((project) => project === name);
  return names('/sys/class/net').flatMap((link) => {
    const alias = text(`/sys/class/net/${link}/ifalias`).trim();
    if (alias.startsWith(`tscompose/${name}`)) return [`interface ${link}: ${alias}`];
    return isAlone && link.startsWith('tsc') && !before.has(link) ? [`interface ${link}`] : [];
  });
}

const projectsWithCgroups = (): readonly string[] =>
  ['/sys/fs/cgroup', ...directoriesIn('/sys/fs/cgroup').map((name) => `/sys/fs/cgroup/${name}`)].flatMap(
    (hierarchy) => directoriesIn(`${hierarchy}/tscompose`),
  );

function cgroups({ name }: Left): readonly string[] {
  const found: string[] = [];
  const walk = (directory: string): void => {
    for (const entry of directoriesIn(directory)) {
      const path = join(directory, entry);
      if (entry.includes(name)) found.push(`cgroup ${path}`);
      else walk(path);
    }
  };
  walk('/sys/fs/cgroup');
  return found;
}

function filesOf(directory: string): readonly string[] {
  return names(directory).map((name) => join(directory, name));
}

function directoriesIn(path: string): readonly string[] {
  try {
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

/** What ends while we look at it has left nothing. */
function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
