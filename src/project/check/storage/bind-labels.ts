import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { Checked } from '../checked.ts';

/**
 * Labels of SELinux that a bind asks for, on a machine where they would mean something: files keep those that they have.
 * Containers run with the label of their supervisor, so it is that label which must be allowed to use them.
 */
export function checkBindLabels({ canonical, at }: Checked, isSELinuxOn: boolean): Diagnostic[] {
  if (!isSELinuxOn) return [];
  return Object.entries(canonical.services).flatMap(([name, { volumes }]) =>
    (volumes ?? []).flatMap(({ source, bind }, index): Diagnostic[] =>
      bind?.selinux === undefined
        ? []
        : [
            {
              severity: 'warning',
              code: 'unsupported-key',
              message: `\`${bind.selinux}\` changes no label of SELinux`,
              at: at('services', name, 'volumes', index, 'bind', 'selinux'),
              label: 'ignored: the files keep their labels',
              from: `services.${name}.volumes[${index}]`,
              help: `set the label yourself where it is needed: \`chcon -R -t container_file_t ${source ?? ''}\``,
            },
          ],
    ),
  );
}
