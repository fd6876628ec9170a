import type { Places, Project } from '../../project/model/project.ts';
import type { Context } from '../command-context.ts';
import type { IsolationOptions } from '../commands/isolation.ts';
import type { Invocation } from '../grammar/command.ts';
import { lookingInto, withImages } from '../requests/with-images.ts';
import { findProject } from '../selection/find-project.ts';
import { openProject, readProject, refuseUnknownServices } from '../selection/open-project.ts';
import { isolationJson } from '../show/isolation-json.ts';
import { isolationLines } from '../show/isolation-table.ts';

export const isolation = async ({
  context,
  options,
  operands,
}: Invocation<IsolationOptions>): Promise<number> => {
  const engine = await import('../../engine/doors/isolation.ts');
  const {
    project: written,
    places,
    nameIsExplicit,
  } = (await withoutFiles(context, engine.recordedProject)) ??
  (await openProject(context, { services: operands }));
  const project = await withImages(written, { services: operands });
  const report = await lookingInto(project, async () =>
    engine.isolation({ ...project, nameIsExplicit }, places, operands),
  );
  refuseUnknownServices(
    operands,
    report.containers.map(({ service }) => service),
  );
  const lines =
    options.format === 'json'
      ? [JSON.stringify(isolationJson(report), undefined, 2)]
      : isolationLines(report, context);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
};

/** As with other commands that look, the name of a project is enough; its files, if they are here, say more. */
async function withoutFiles(
  context: Context,
  recorded: (name: string) => Project | undefined,
): Promise<Opened | undefined> {
  if (!context.globals.projectName) return undefined;
  const { canonical, diagnostics } = await readProject(context);
  if (canonical || !diagnostics.some(({ code }) => code === 'no-file')) return undefined;
  const project = recorded((await findProject(context)).name);
  return project && { project, places: () => undefined, nameIsExplicit: true };
}

type Opened = { readonly project: Project; readonly places: Places; readonly nameIsExplicit: boolean };
