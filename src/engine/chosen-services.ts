import type { UpRequest } from './api.ts';

/** What an `up` is about: what was asked for, and what that depends on; everything when nothing was named. */
export const chosenServices = ({
  project,
  services,
  noDeps,
}: Pick<UpRequest, 'project' | 'services' | 'noDeps'>): readonly string[] => {
  if (services.length === 0) return Object.keys(project.services);
  const found = new Set(services);
  if (noDeps) return [...found];
  // A set may grow while it is walked through, and then goes on with what was added.
  for (const name of found)
    for (const needed of Object.keys(project.services[name]?.dependsOn ?? {})) found.add(needed);
  return [...found];
};
