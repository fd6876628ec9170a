import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { needs } from './harness/scenario.ts';

const repository = resolve(import.meta.dirname, '../..');

needs('script')('npm start builds, runs the example, and leaves nothing after Ctrl-C', async (t, project) => {
  const copy = project.path(`${project.name}-example`);
  mkdirSync(copy);
  for (const name of ['package.json', 'package-lock.json', 'tsconfig.json', 'src', 'compose.example.yaml'])
    cpSync(join(repository, name), join(copy, name), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
  project.alsoTakeDown(`${project.name}-example`);
  const start = project.launch('script', ['-qec', 'stty rows 40 cols 100; npm start', '/dev/null'], {
    cwd: copy,
    // A terminal in a CI job is drawn on no more than a pipe is.
    env: { CI: '' },
    interactive: true,
  });
  await start.prints(/web-1 running: PID 1 inside, \d+ outside/);
  await start.prints(/visitor-1 .*I am PID 1 on lighthouse and may use 128 MiB/);
  start.stdin.write('\u0003');
  t.is((await start.ended).code, 130);
  for (const directory of ['.run', '.state']) t.false(existsSync(project.path(directory)), directory);
});
