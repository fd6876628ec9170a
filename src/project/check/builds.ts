import { didYouMean } from '../../base/text/typo.ts';
import { serviceOf } from '../scalars/references.ts';
import { didYou, quote } from '../tree/wording.ts';
import { type Check, error } from './checked.ts';

/** A build for several platforms is also for that of its service, and other images to build on are built as well. */
export const builds: Check = (project) => [...platforms(project), ...contexts(project)];

const platforms: Check = ({ canonical, at }) =>
  Object.entries(canonical.services).flatMap(([name, { build, platform }]) => {
    const all = build?.platforms as readonly string[] | undefined;
    if (!all || typeof platform !== 'string' || all.includes(platform)) return [];
    const labels = [{ at: at('services', name, 'platform'), text: `the service needs ${platform}` }];
    const message = `${quote('build.platforms')} must include the platform of the service`;
    return [error('conflicting-keys', message, at('services', name, 'build', 'platforms'), { labels })];
  });

const contexts: Check = ({ canonical, at, isBroken }) =>
  Object.entries(canonical.services).flatMap(([name, { build }]) =>
    Object.entries((build?.additional_contexts ?? {}) as Readonly<Record<string, unknown>>).flatMap(
      ([key, context]) => {
        const other = serviceOf(context);
        if (other === undefined || isBroken('services', other)) return [];
        if (canonical.services[other]?.build !== undefined) return [];
        const place = at('services', name, 'build', 'additional_contexts', key);
        if (canonical.services[other])
          return [error('unknown-service', `the service ${quote(other)} has no build`, place)];
        const near = didYouMean(other, Object.keys(canonical.services));
        const help = near === undefined ? {} : { help: didYou(near) };
        return [error('unknown-service', `there is no service ${quote(other)}`, place, help)];
      },
    ),
  );
