import { existsSync, realpathSync, rmSync } from 'node:fs';
import { projectPaths, runDirectory, stateDirectory } from '../directories/project-paths.ts';
import { enabledPath, unitName, unitPath } from '../directories/unit-path.ts';

/** The input of a unit; all paths are absolute. */
export type Unit = {
  readonly project: string;
  /** `tscompose-shop.service`, and the file that it is. */
  readonly name: string;
  readonly path: string;
  /** Node and the program, as they are now: a unit has no PATH of a user. */
  readonly program: readonly [node: string, entry: string];
  /** Directories other than the default ones, by their variables. */
  readonly directories: Readonly<Record<string, string>>;
  /** Paths that have to be mounted before. */
  readonly mounts: readonly string[];
};

/** The unit of a project, as this process would run it. */
export const unitOf = (project: string, environment: NodeJS.ProcessEnv = process.env): Unit => ({
  project,
  name: unitName(project),
  path: unitPath(project),
  program: [process.execPath, realpathSync(process.argv[1] as string)],
  directories: Object.fromEntries(
    Object.entries({ TSCOMPOSE_RUN_DIR: runDirectory(), TSCOMPOSE_STATE_DIR: stateDirectory() }).filter(
      ([name]) => environment[name] !== undefined,
    ),
  ),
  mounts: [projectPaths(project).state],
});

/**
 * The text of a unit. `start` ends when the containers of the project run; systemd takes the process that is left for
 * the main one then: the guardian, and where nothing runs there is none, and the unit is active all the same. A restart
 * of the unit is one of the guardian and its supervisor, and the next ones adopt the containers, which only KillMode
 * spares. When the machine goes down, ExecStop stops them in their order: systemd knows neither that nor their signals,
 * and would wait 90 s for a PID 1 that ignores SIGTERM.
 */
export const unitText = (unit: Unit): string => `# Written by \`tscompose systemd\`.
[Unit]
Description=Containers of the project ${unit.project}
Wants=network-online.target
After=network-online.target
RequiresMountsFor=${unit.mounts.map(word).join(' ')}

[Service]
Type=forking
RemainAfterExit=yes
${environmentLines(unit).join('')}ExecStart=${[word(unit.program[0]), ...argumentsOf(unit, 'start')].join(' ')}
ExecStop=/bin/sh -c '[ "$$(systemctl is-system-running)" != stopping ] || exec "$$@"' sh ${[inArgument(unit.program[0]), ...argumentsOf(unit, 'stop')].join(' ')}
KillMode=process
Delegate=yes
Restart=on-failure
RestartSec=1
TimeoutStartSec=infinity
TimeoutStopSec=10min

[Install]
WantedBy=multi-user.target
`;

const environmentLines = ({ directories }: Unit): readonly string[] =>
  Object.entries(directories).map(([name, path]) => `Environment=${word(`${name}=${path}`)}\n`);

const argumentsOf = ({ program: [, entry], project }: Unit, verb: 'start' | 'stop'): readonly string[] =>
  ['--', entry, '-p', project, verb, '--boot'].map(inArgument);

/** systemd.service(5): a dollar sign begins a variable, except in the path of the program. */
const inArgument = (text: string): string => word(text).replaceAll('$', '$$$$');

/** systemd.syntax(7) and systemd.unit(5): quotes, escapes as in C, and specifiers. */
const word = (text: string): string =>
  /^[\w@:,./+=-]+$/.test(text) ? text : `"${[...text].map(escaped).join('')}"`;

const escaped = (letter: string): string => {
  if (letter === '%') return '%%';
  if (letter === '"' || letter === '\\') return `\\${letter}`;
  const code = letter.charCodeAt(0);
  return code < 0x20 || code === 0x7f ? `\\x${code.toString(16).padStart(2, '0')}` : letter;
};

export const hasUnit = (project: string): boolean => existsSync(unitPath(project));

/** Removes the unit and what enables it; false if there is none. */
export const removeUnit = (project: string): boolean => {
  const paths = [unitPath(project), enabledPath(project)];
  const isThere = hasUnit(project);
  for (const path of paths) rmSync(path, { force: true });
  return isThere;
};
