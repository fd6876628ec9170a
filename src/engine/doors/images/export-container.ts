import { treeArchive } from '../../../images/save/tree-archive.ts';
import { openFiles } from '../../containers/file-system.ts';
import { recordOf } from '../../containers/record-of.ts';

/**
 * The bytes of an archive with all files of a container, without its mounts and volumes.
 * @param id 64 hexadecimal digits
 */
export async function* exportContainer(
  project: string,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const { container, layer } = recordOf(project, id);
  const files = await openFiles(container, layer);
  try {
    for (const chunk of treeArchive(files.merged)) {
      signal.throwIfAborted();
      yield chunk;
    }
  } finally {
    files.close();
  }
}
