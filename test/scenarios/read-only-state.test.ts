import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { isRefused } from './harness/failure.ts';
import { scenario } from './harness/scenario.ts';

scenario(
  'a state directory on a read-only file system: every command that writes ends at once and says so',
  async (t, project) => {
    project.compose('services:\n  web: { command: [sleep, "1000"] }\n');
    project.write('root.tar', '');
    mkdirSync(project.stateDirectory, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'read-only', project.stateDirectory]);
    try {
      for (const [command, error, says] of [
        ['volume create data', 'no-space', /the file system is read-only in .*\nhelp: mount it writable/s],
        ['network create edge', 'no-space', /the file system is read-only in .*\nhelp: mount it writable/s],
        [`load ${project.path('root.tar')}`, 'refused-path', /cannot use .*: the file system is read-only/],
        [
          'up -d',
          'supervisor-lost',
          /EROFS: read-only file system, mkdir .*\nhelp: make the directory usable/s,
        ],
      ] as const)
        isRefused(t, await project.tscompose(...command.split(' ')), { errors: [error], says });
      t.is((await project.tscompose('ps')).code, 0);
    } finally {
      execFileSync('umount', [project.stateDirectory]);
    }
  },
);
