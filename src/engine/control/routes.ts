import type { Route } from './route.ts';
import { CONTAINER_ROUTES } from './routes/containers.ts';
import { EXEC_ROUTES } from './routes/exec.ts';
import { PROJECT_ROUTES } from './routes/project.ts';
import { SYSTEM_ROUTES } from './routes/system.ts';

/** All calls of the supervisor. */
export const ROUTES: readonly Route[] = [
  ...SYSTEM_ROUTES,
  ...CONTAINER_ROUTES,
  ...EXEC_ROUTES,
  ...PROJECT_ROUTES,
];
