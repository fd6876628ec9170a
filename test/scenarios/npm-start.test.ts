import { existsSync } from 'node:fs';
import { copyRepository } from './harness/repository.ts';
import { needs } from './harness/scenario.ts';

needs('script')('npm start builds, runs the example, and leaves nothing after Ctrl-C', async (t, project) => {
  const copy = project.path(`${project.name}-example`);
  copyRepository(copy);
  project.alsoTakeDown(`${project.name}-example`);
  const start = project.launch('script', ['-qec', 'stty rows 40 cols 100; npm start', '/dev/null'], {
    cwd: copy,
    // A terminal in a CI job is drawn on no more than a pipe is.
    env: { CI: '' },
    interactive: true,
  });
  await start.prints(/web-1 Started \(PID 1 inside, \d+ outside\)/, 120);
  await start.prints(/visitor-1 .*I am PID 1 on lighthouse and may use 128 MiB/);
  start.stdin.write('\u0003');
  t.is((await start.ended).code, 130);
  for (const directory of ['.run', '.state']) t.false(existsSync(project.path(directory)), directory);
});
