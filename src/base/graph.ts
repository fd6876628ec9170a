/** Each node with the nodes it depends on. A dependency that is not a node of the graph is ignored. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** Every node after its dependencies, otherwise in the order of the graph. Cycles are cut, not reported. */
export function dependencyOrder(graph: Graph): string[] {
  const done = new Set<string>();
  const order: string[] = [];
  walk(graph, {
    enters: (node) => !done.has(node) && Boolean(done.add(node)),
    leave: (node) => order.push(node),
  });
  return order;
}

type Visitor = {
  /** Whether to visit a node; called once for every edge to it. */
  readonly enters: (node: string) => boolean;
  /** Called after all dependencies of a node have been visited. */
  readonly leave: (node: string) => void;
};

/** Depth first, without recursion: a chain of dependencies may be longer than the call stack. */
function walk(graph: Graph, { enters, leave }: Visitor): void {
  const open: { readonly node: string; readonly rest: Iterator<string> }[] = [];
  const enter = (node: string): void => {
    const dependencies = graph.get(node);
    if (dependencies && enters(node)) open.push({ node, rest: dependencies.values() });
  };
  for (const root of graph.keys()) {
    enter(root);
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const next = top.rest.next();
      if (!next.done) enter(next.value);
      else {
        open.pop();
        leave(top.node);
      }
    }
  }
}

/** The same nodes with every edge reversed: the dependants of each node. */
export function reversed(graph: Graph): Map<string, readonly string[]> {
  const dependants = new Map<string, string[]>([...graph.keys()].map((node) => [node, []]));
  for (const [node, dependencies] of graph) {
    for (const dependency of dependencies) dependants.get(dependency)?.push(node);
  }
  return dependants;
}

/** The roots and their dependencies, direct and indirect. */
export function reachable(graph: Graph, roots: Iterable<string>): Set<string> {
  const found = new Set<string>();
  const waiting = [...roots];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (found.has(node) || !graph.has(node)) continue;
    found.add(node);
    waiting.push(...graph.get(node)!);
  }
  return found;
}

/**
 * Disjoint cycles, at least one for each group of nodes that depend on each other.
 * `[a, b]` means that a depends on b and b on a.
 */
export function findCycles(graph: Graph): string[][] {
  const cycles: string[][] = [];
  const finished = new Set<string>();
  const path: string[] = [];
  const position = new Map<string, number>();
  walk(graph, {
    enters: (node) => {
      if (finished.has(node)) return false;
      const start = position.get(node);
      if (start === undefined) {
        position.set(node, path.length);
        path.push(node);
        return true;
      }
      const cycle = path.slice(start);
      if (cycle.some((member) => finished.has(member))) return false;
      cycles.push(cycle);
      for (const member of cycle) finished.add(member);
      return false;
    },
    leave: (node) => {
      path.pop();
      position.delete(node);
      finished.add(node);
    },
  });
  return cycles;
}
