import test, { type ExecutionContext } from 'ava';
import { isNightly } from '../../patience.ts';
import { cgroupReads } from './host.ts';
import { interfaces, nothingIsLeft } from './leftovers.ts';
import { installLine, type Program } from './programs.ts';
import { openProject, type Project } from './project.ts';

type Body = (t: ExecutionContext, project: Project) => Promise<void>;

/**
 * One scenario: a project of its own in a fresh directory, taken down at the end, after which nothing of it may be
 * left on the machine. When it fails, its directory stays; with KEEP_FAILED=1 its containers stay as well.
 */
export function scenario(title: string, body: Body): void {
  if (process.geteuid?.() === 0) asRoot(title, body);
  else unable(title, 'run the tests as root');
}

function asRoot(title: string, body: Body): void {
  test.serial(title, async (t) => {
    const before = interfaces();
    const project = openProject(title);
    let failed = true;
    try {
      await body(t, project);
      failed = !t.passed;
    } finally {
      for (const read of new Set(cgroupReads.splice(0))) if (process.env.TEST_SHOW_CGROUPS) t.log(read);
      if (failed) t.log(`kept in ${project.directory}`);
      if (!failed || !process.env.KEEP_FAILED) {
        if (failed) project.preserve();
        await project.takeDown();
        // What went wrong first says more than what it left.
        if (failed) await nothingIsLeft(project, () => before).catch(({ message }: Error) => t.log(message));
        else {
          await nothingIsLeft(project, () => before);
          project.remove();
        }
      }
    }
  });
}

/** Scenarios that need programs which Linux does not bring: skipped by name, and never in CI. */
export function needs(...programs: readonly Program[]): typeof scenario {
  const missing = installLine(programs);
  if (missing === undefined) return scenario;
  return (title) => unable(title, missing);
}

/** Scenarios that take long, or test once more what others test: only `npm run test:all` has the time. */
export const whenNightly = (declare: typeof scenario = scenario): typeof scenario =>
  isNightly ? declare : () => {};

/** Scenarios whose containers either runner could make: with the second one at night only. */
export const withAnyRunner: typeof scenario =
  process.env.SCENARIO_RUNNER === 'reexec' ? whenNightly() : scenario;

function unable(title: string, what: string): void {
  if (process.env.CI === 'true') test(title, (t) => void t.fail(what));
  else test.skip(`${title} (${what})`, () => {});
}
