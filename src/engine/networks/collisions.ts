import type { Diagnostic } from '../../base/diagnostic.ts';
import { baseOf, encloses, formatBlock, overlap, parseBlock } from '../../base/ip.ts';
import type { FoundRoute } from '../../kernel/netlink/parse.ts';
import { familyOf } from './families.ts';
import type { FilteredNetwork } from './filter/ruleset.ts';
import type { Route } from './rtnetlink.ts';

/** Routes that the host gets after a network, and that lead to addresses of it: most often those of a VPN. */
export type Collisions = {
  /** Tells of those among the routes that are new. */
  readonly look: (networks: readonly Subnetted[], routes: readonly FoundRoute[]) => void;
  /** Routes have changed: looks for them a moment later, as they come in groups, and leaves what it finds. */
  readonly changed: (networks: readonly Subnetted[]) => void;
  readonly end: () => void;
};

export type Subnetted = Pick<FilteredNetwork, 'key' | 'bridge' | 'blocks'>;

type Parts = {
  readonly route: Pick<Route, 'link' | 'routes'>;
  /** For the command that is being carried out. */
  readonly notice: (diagnostic: Diagnostic) => void;
  /** For the next command. */
  readonly leave: (diagnostic: Diagnostic) => void;
};

/** Milliseconds. */
const PAUSE = 1000;

export const openCollisions = ({ route, notice, leave }: Parts): Collisions => {
  /** Those of the last look: a route that goes and comes back is told again. */
  let told: ReadonlyMap<string, Diagnostic> = new Map();
  let pause: NodeJS.Timeout | undefined;
  const look = (
    networks: readonly Subnetted[],
    routes: readonly FoundRoute[],
    tell: (diagnostic: Diagnostic) => void,
  ): void => {
    const found = collisionsOf(networks, routes, (device) => route.link(device)?.name);
    for (const [key, diagnostic] of found) if (!told.has(key)) tell(diagnostic);
    told = found;
  };
  return {
    look: (networks, routes) => look(networks, routes, notice),
    changed: (networks) => {
      pause ??= setTimeout(() => {
        pause = undefined;
        look(networks, route.routes(), leave);
      }, PAUSE);
    },
    end: () => clearTimeout(pause),
  };
};

const collisionsOf = (
  networks: readonly Subnetted[],
  routes: readonly FoundRoute[],
  nameOf: (device: number) => string | undefined,
): ReadonlyMap<string, Diagnostic> => {
  const blocks = networks.flatMap((network) =>
    network.blocks.flatMap((text) => {
      const block = parseBlock(text);
      return block ? [{ network, block: baseOf(block) }] : [];
    }),
  );
  return new Map(
    routes.flatMap(({ to, table, device }) => {
      const reached = parseBlock(to);
      // Local addresses, and the halves of the Internet that VPNs have in place of a default route.
      if (!reached || table === LOCAL || reached.prefix < familyOf(reached.bits).shortestRoute) return [];
      return blocks.flatMap(({ network, block }) => {
        if (!overlap(block, reached)) return [];
        const name = device === undefined ? undefined : nameOf(device);
        if (name === network.bridge) return [];
        const way = [formatBlock(reached), ...(name === undefined ? [] : ['dev', name])].join(' ');
        const isInside = encloses(block, reached);
        return [
          [
            `${network.key} ${formatBlock(block)} ${way}`,
            collision(network, formatBlock(block), way, isInside),
          ] as const,
        ];
      });
    }),
  );
};

const LOCAL = 255;

const collision = ({ key }: Subnetted, block: string, way: string, isInside: boolean): Diagnostic => ({
  severity: 'warning',
  code: 'subnet-overlap',
  message: `this machine has a route by now that overlaps ${block} of the network \`${key}\``,
  facts: [['route', way]],
  notes: [
    isInside
      ? 'this machine no longer reaches containers with such an address, nor do their published ports'
      : `other machines with an address of ${block} are not reached from here`,
  ],
  help: `set another \`subnet\` for \`${key}\`; without one, \`down\` and \`up\` choose one that is free`,
});
