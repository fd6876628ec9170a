import type { IsolationOptions } from '../commands/isolation.ts';
import type { Invocation } from '../grammar/command.ts';
import { openProject, refuseUnknownServices } from '../open-project.ts';
import { isolationJson } from '../show/isolation-json.ts';
import { isolationLines } from '../show/isolation-table.ts';

export const isolation = async ({
  context,
  options,
  operands,
}: Invocation<IsolationOptions>): Promise<number> => {
  const { project, places, nameIsExplicit } = await openProject(context, { services: operands });
  const engine = await import('../../engine/isolation.ts');
  const report = engine.isolation({ ...project, nameIsExplicit }, places, operands);
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
