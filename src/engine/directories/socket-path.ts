import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import type { ProjectPaths } from './project-paths.ts';

/** Throws a Problem if the path of the control socket is too long for the kernel. */
export const checkSocketPath = ({ socket }: Pick<ProjectPaths, 'socket'>): void => {
  if (Buffer.byteLength(socket) > SOCKET_PATH_BYTES) throw new Problem(tooLong(socket));
};

/** unix(7): sun_path has 108 bytes, including the terminating one. */
const SOCKET_PATH_BYTES = 107;

const tooLong = (socket: string): Diagnostic => ({
  severity: 'error',
  code: 'invalid-project-name',
  message: 'the project name makes the path of the control socket too long',
  facts: [['path', `${socket} (${Buffer.byteLength(socket)} bytes, at most ${SOCKET_PATH_BYTES})`]],
  help: 'choose a shorter name with `-p`, or set TSCOMPOSE_RUN_DIR to a shorter path',
});
