import { type Contents, contentKey } from '../../project/model/grant-contents.ts';
import type { Context } from '../context/context.ts';
import type { ContainerRecord } from '../record/project-record.ts';

/** Keeps the contents that a call has brought for the later starts of these containers. */
export const keepContents = (
  { grants: store }: Pick<Context, 'grants'>,
  containers: Iterable<ContainerRecord>,
  contents: Contents = {},
): void => {
  for (const { id, definition } of containers) {
    const brought = (definition.grants ?? [])
      .map(contentKey)
      .filter((key) => Object.hasOwn(contents, key))
      .map((key) => [key, contents[key]!] as const);
    if (brought.length === 0) continue;
    const before = store.read(id);
    store.write(id, { ...before, contents: { ...before?.contents, ...Object.fromEntries(brought) } });
  }
};
