import type { ChangeRequest, Verb } from '../../api/calls/change.ts';
import { type Diagnostic, Problem } from '../../base/diagnostic.ts';
import { foreignVolumes, planDown } from '../../plan/down.ts';
import type { Observed } from '../../plan/observed.ts';
import { planPause, planUnpause } from '../../plan/pause.ts';
import type { Plan } from '../../plan/plan.ts';
import { planRemove } from '../../plan/remove.ts';
import { planRestart, planStart } from '../../plan/start.ts';
import { planKill, planStop } from '../../plan/stop.ts';
import type { Context } from '../context/context.ts';
import { takeNotices } from '../context/notices.ts';
import { lookAtContents } from '../grants/look.ts';
import { forgetGoneBridges } from '../networks/bridges.ts';
import { planPorts, wantedPorts } from '../ports/plan-ports.ts';
import { type Damage, damageDiagnostic, setAside } from '../record/damage.ts';
import { apply, pretend } from './apply.ts';
import { refuseCancelled } from './cancelled.ts';
import { observe } from './observe.ts';
import { performer } from './perform.ts';
import { type Tell, tellAll } from './tell.ts';
import { openTimeLimit } from './time-limit.ts';
import { namedVolumes, projectVolumes } from './volumes.ts';

/** The commands that need no file: the record has their services. */
const PLANS: Readonly<Record<Verb, (observed: Observed, request: ChangeRequest) => Plan>> = {
  down: planDown,
  stop: planStop,
  start: planStart,
  restart: planRestart,
  kill: (observed, request) => planKill(observed, withOrphans(request), request.signal),
  pause: planPause,
  unpause: planUnpause,
  remove: planRemove,
};

export const changeProject = async (
  context: Context,
  verb: Verb,
  asked: ChangeRequest,
  tell: Tell,
  signal: AbortSignal,
): Promise<number> => {
  refuseCancelled(signal);
  tellAll(context.notices.splice(0), tell);
  const request = context.damage ? wholeProject(context, context.damage, asked) : asked;
  forgetGoneBridges(context);
  const volumes = verb === 'down' && request.volumes ? projectVolumes(context) : [];
  const plan = PLANS[verb](observe(context, { volumes }), request);
  const foreign = foreignVolumes(namedVolumes(context, request), context.record.name);
  const wanted = wantedPorts(context.record.containers, { services: {} }, {}, plan.operations);
  const ports = await planPorts(context, wanted, plan.operations);
  // At boot a container that cannot start is left to its policy, which tells the same.
  const ofStarts = request.boot ? [] : [...unreadable(context, plan), ...ports.problems];
  const problems = [...plan.diagnostics, ...foreign, ...ofStarts];
  const refused = tellAll(problems, tell);
  if (refused !== 0) return refused;
  if (request.dryRun) return pretend(context.work, plan, tell, signal);
  const timeout = request.timeout === undefined ? {} : { timeout: request.timeout };
  const { late, end } = openTimeLimit(request.waitTimeout);
  const materials = {
    networks: context.record.networks,
    tell,
    signal,
    late,
    ...timeout,
  };
  const { problems: failures } = await apply(
    context.work,
    plan,
    performer(context, materials),
    tell,
    signal,
  ).finally(end);
  const left = verb === 'down' ? await context.trash.emptied() : await context.trash.settled();
  const kept = context.damage && failures.length === 0 ? [setAside(context)] : [];
  return tellAll([...failures, ...left, ...kept, ...takeNotices(context.paths.notices)], tell);
};

/** The configs and secrets that are missing at a start: a container that is to be restarted runs on. */
const unreadable = ({ record, grants }: Context, { operations }: Plan): readonly Diagnostic[] =>
  operations.flatMap((one) => {
    if (one.kind !== 'container' || (one.verb !== 'start' && one.verb !== 'restart')) return [];
    const { id, definition } = record.containers[one.container]!;
    return definition.grants ? lookAtContents([definition], grants.read(id)?.contents ?? {}).problems : [];
  });

const withOrphans = ({ known, ...request }: ChangeRequest): ChangeRequest => ({
  ...request,
  ...(known && !request.removeOrphans && { known }),
});

// Only the record knows the containers of a service.
const wholeProject = ({ record, paths }: Context, damage: Damage, request: ChangeRequest): ChangeRequest => {
  if (request.services.length > 0)
    throw new Problem(damageDiagnostic(record.name, paths, damage, process.pid));
  const { known: _, ...whole } = request;
  return { ...whole, removeOrphans: true };
};
