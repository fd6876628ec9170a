import type { Canonical, CanonicalService } from '../model/canonical.ts';

type Variables = Readonly<Record<string, string | null>>;

/** Gives variables that the files name without a value that of the environment. */
export function withOuterVariables(project: Canonical, outer: ReadonlyMap<string, string>): Canonical {
  return changed(project, ({ environment, ...service }) => ({
    ...service,
    ...(environment && { environment: resolved(environment, outer) }),
  }));
}

/** Gives arguments of builds without a value that of the environment; the Dockerfile has it for those without one there. */
export function withOuterArguments(project: Canonical, outer: ReadonlyMap<string, string>): Canonical {
  return changed(project, (service) => {
    const args = service.build?.args as Variables | undefined;
    return args
      ? { ...service, build: { ...service.build!, args: withoutUnset(resolved(args, outer)) } }
      : service;
  });
}

function changed(project: Canonical, change: (service: CanonicalService) => CanonicalService): Canonical {
  const services = Object.entries(project.services).map(([name, service]) => [name, change(service)]);
  return { ...project, services: Object.fromEntries(services) };
}

function withoutUnset(variables: Variables): Variables | readonly string[] {
  if (Array.isArray(variables)) return variables.filter((line) => String(line).includes('='));
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== null));
}

function resolved(variables: Variables, outer: ReadonlyMap<string, string>): Variables {
  // A list whose names are not replaced yet.
  if (Array.isArray(variables)) return variables;
  const entries = Object.entries(variables).map(([key, value]) => [key, value ?? outer.get(key) ?? null]);
  return Object.fromEntries(entries);
}
