import { existsSync } from 'node:fs';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Service } from '../../project/model/project.ts';
import type { Context } from '../context/context.ts';
import { unitPath } from '../directories/unit-path.ts';

/** Told once for a project: its restart policies start containers at boot only if systemd has a unit of it. */
export const bootNotice = (
  { record, saveSoon }: Pick<Context, 'record' | 'saveSoon'>,
  services: readonly Pick<Service, 'name' | 'restart'>[],
): readonly Diagnostic[] => {
  const atBoot = services.filter(({ restart }) => restart && restart.kind !== 'on-failure');
  if (atBoot.length === 0 || record.toldOfBoot || !existsSync(SYSTEMD) || existsSync(unitPath(record.name)))
    return [];
  record.toldOfBoot = true;
  saveSoon();
  return [
    {
      severity: 'warning',
      code: 'not-at-boot',
      message: `this project has no unit of systemd: ${atBoot.map(({ name }) => `\`${name}\``).join(', ')} will not start at boot`,
      from: `services.${atBoot[0]!.name}.restart`,
      help: 'write the unit with `tscompose systemd`',
    },
  ];
};

/** sd_booted(3): the directory is there where systemd is the init. */
const SYSTEMD = '/run/systemd/system';
