import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Places, Project } from '../../project/model/project.ts';
import type { ExplainOptions } from '../commands/explain.ts';
import type { Invocation } from '../grammar/command.ts';
import { usage } from '../grammar/usage.ts';
import { lookingInto, withImages } from '../requests/with-images.ts';
import { openProject, refuseUnknownServices } from '../selection/open-project.ts';
import { heldJson } from '../show/isolation-json.ts';
import { isolationText } from '../show/isolation-table.ts';
import { cannotWrite } from '../terminal/output-file.ts';

export const explain = async ({
  context,
  options,
  operands,
}: Invocation<ExplainOptions>): Promise<number> => {
  const { format, output } = options;
  if (format === 'oci' && output === undefined)
    throw usage('--format oci requires a directory', 'name it with `-o`');
  if (format !== 'oci' && output !== undefined) throw usage('--output requires --format oci');
  const { project: written, places } = await openProject(context, { services: operands });
  refuseUnknownServices(operands, Object.keys(written.services));
  const project = await withImages(written, { services: operands });
  const services = operands.length > 0 ? operands : Object.keys(project.services);
  const engine = await import('../../engine/doors/explain.ts');
  await engine.loadSpecifications(project);
  if (output === undefined) {
    const [held, explained] = await lookingInto(project, async () => [
      new Map(engine.explainIsolation(project, services, places).map((one) => [one.service, one])),
      await engine.explain(project, services, places),
    ]);
    process.stdout.write(
      format === 'json'
        ? `${JSON.stringify(
            explained.map(({ service, program }) => ({
              service,
              program,
              isolation: heldJson(held.get(service)!),
            })),
            asText,
            2,
          )}\n`
        : `${[
            ...explained.flatMap(({ service, text }) => [text, isolationText(held.get(service)!, context)]),
            engine.explainNetworks(project, services),
          ]
            .filter((text) => text !== '')
            .join('\n\n')}\n`,
    );
    return 0;
  }
  for (const service of services) {
    const directory = resolve(context.cwd, output, services.length > 1 ? service : '.');
    await lookingInto(project, () => writeBundle(project, service, places, directory)).catch((error) => {
      throw cannotWrite(
        'the bundle',
        error,
        output,
        'name an existing directory, or one that can be created',
      );
    });
  }
  context.messages.show(engine.bundleWarnings(services.map((service) => project.services[service]!)));
  return 0;
};

/**
 * A service on an image has a copy of its files in the bundle; one without a rootfs gets one, with bind mounts of the
 * host's programs.
 */
async function writeBundle(
  project: Project,
  service: string,
  places: Places,
  directory: string,
): Promise<void> {
  const { bundleFiles, copyImage, explain, makeBundleRoot } = await import('../../engine/doors/explain.ts');
  const root = join(directory, 'rootfs');
  makeDirectory(directory);
  if (project.services[service]?.rootfs.kind === 'host') makeBundleRoot(root);
  for (const explained of await explain(project, [service], places, root)) {
    if (explained.image) await copyImage(explained.image, root);
    for (const [name, content] of Object.entries(bundleFiles(explained, directory))) {
      writeFileSync(join(directory, name), content);
    }
  }
}

// `mkdirSync` with `recursive` never returns in a directory such as /proc, in which nothing can be created.
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  mkdirSync(path);
}

/** Bytes of a netlink request in hexadecimal, instead of an object with a key for every byte. */
function asText(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}
