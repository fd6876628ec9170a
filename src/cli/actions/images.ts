import { humanSize } from '../../base/text/human-size.ts';
import type { ListedImage } from '../../engine/doors/images/list-images.ts';
import type { ImagesOptions } from '../commands/images.ts';
import type { Invocation } from '../grammar/command.ts';
import { findProject } from '../selection/find-project.ts';
import { refuseUnknownServices } from '../selection/open-project.ts';
import { findTarget } from '../selection/target.ts';
import { namePartsOf, shortId, since } from '../show/image-list.ts';
import { table } from '../show/table.ts';

/** Columns and keys are those of Docker Compose. */
export const images = async ({ context, options, operands }: Invocation<ImagesOptions>): Promise<number> => {
  const { listImages } = await import('../../engine/doors/images/list-images.ts');
  const { name } = await findProject(context);
  const listed = listImages();
  const used = listed
    .flatMap((image) => image.uses.filter(({ project }) => project === name).map((use) => ({ image, use })))
    .toSorted((one, other) => (one.use.container < other.use.container ? -1 : 1));
  if (operands.length > 0) {
    const { services = [] } = await findTarget(context);
    refuseUnknownServices(operands, [...services, ...used.map(({ use }) => use.service)]);
  }
  const shown = used.filter(({ use }) => operands.length === 0 || operands.includes(use.service));
  const lines = linesOf(
    shown.map(({ image, use }) => ({ ...image, container: use.container })),
    options,
  );
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
};

/** @param now milliseconds since 1970 */
export function linesOf(
  shown: readonly (ListedImage & { readonly container: string })[],
  { format, quiet }: ImagesOptions,
  now: number = Date.now(),
): readonly string[] {
  if (quiet) return [...new Set(shown.map(({ id }) => id.slice('sha256:'.length)))];
  const rows = shown.map(({ container, names, id, platform, size, created, lastTagTime }) => {
    const { repository, tag } = namePartsOf(names[0]);
    return { id, container, repository, tag, platform, size, created, lastTagTime };
  });
  if (format === 'json')
    return [
      JSON.stringify(
        rows.map(({ id, container, repository, tag, platform, size, created, lastTagTime }) => ({
          ID: id,
          ContainerName: container,
          Repository: repository,
          Tag: tag,
          Platform: platform,
          Size: size,
          Created: created,
          LastTagTime: lastTagTime,
        })),
      ),
    ];
  return table(
    ['CONTAINER', 'REPOSITORY', 'TAG', 'PLATFORM', 'IMAGE ID', 'SIZE', 'CREATED'],
    rows.map(({ container, repository, tag, platform, id, size, created }) => [
      ...[container, repository, tag, platform, shortId(id)],
      ...[humanSize(size, 3), since(created, now)],
    ]),
    { least: 20 },
  );
}
