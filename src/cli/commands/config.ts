import type { Run } from '../context.ts';
import { openProject, refuseUnknownServices } from '../project.ts';

export const config: Run<'config'> = async ({ context, options, operands }) => {
  const { canonical } = await openProject(context, { toRun: false, services: operands });
  refuseUnknownServices(operands, Object.keys(canonical.services));
  if (options.quiet) return 0;
  if (options.services) return print(Object.keys(canonical.services));
  if (options.networks) return print(Object.keys(canonical.networks ?? {}));
  const { printCanonical } = await import('../../project/print.ts');
  const isWanted = ([name]: [string, unknown]) => operands.length === 0 || operands.includes(name);
  const services = Object.fromEntries(Object.entries(canonical.services).filter(isWanted));
  process.stdout.write(printCanonical({ ...canonical, services }, options.format));
  return 0;
};

function print(names: readonly string[]): number {
  process.stdout.write(names.map((name) => `${name}\n`).join(''));
  return 0;
}
