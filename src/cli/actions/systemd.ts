import { hasUnit, removeUnit, unitOf, unitText } from '../../engine/doors/systemd-unit.ts';
import type { SystemdOptions } from '../commands/systemd.ts';
import type { Invocation } from '../grammar/command.ts';
import { usage } from '../grammar/usage.ts';
import { tellPlanned } from '../requests/dry-run.ts';
import { findProject } from '../selection/find-project.ts';
import { writeOutput } from '../terminal/output-file.ts';

export const systemd = async ({ context, options }: Invocation<SystemdOptions>): Promise<number> => {
  const { print, remove } = options;
  if (print && remove) throw usage('--print cannot be combined with --remove');
  const { name } = await findProject(context);
  const { messages, dryRun } = context;
  const unit = unitOf(name);
  const { path } = unit;
  if (remove) {
    if (dryRun && hasUnit(name)) tellPlanned(context, 'Removed', [`Unit ${path}`]);
    else if (!dryRun && removeUnit(name))
      messages.say(`removed ${path}; \`systemctl daemon-reload\` makes systemd forget it`);
    else messages.say(`there is no ${path}`);
    return 0;
  }
  const text = unitText(unit);
  if (print) process.stdout.write(text);
  else if (dryRun) tellPlanned(context, 'Written', [`Unit ${path}`]);
  else {
    writeOutput(path, text);
    messages.say(`wrote ${path}; \`systemctl enable --now ${unit.name}\` starts the project now and at boot`);
  }
  return 0;
};
