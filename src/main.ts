#!/usr/bin/env -S node --
// The two hidden commands come first and load nothing of the command line: `init` is on every container's way to
// its execve(2), `supervise` stays for as long as the project runs.
const [word, ...rest] = process.argv.slice(2);

if (word === 'init') {
  const { init } = await import('./kernel/reexec/init.ts');
  init();
} else if (word === 'supervise') {
  const { supervise } = await import('./engine/supervisor.ts');
  await supervise(rest);
} else {
  const { run } = await import('./cli/run.ts');
  const exitCode = await run(process.argv.slice(2));
  // Behind everything that is on its way to stdout, and behind the error of a reader that has gone.
  process.stdout.write('', () => setImmediate(() => process.exit(exitCode)));
}
