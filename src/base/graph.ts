/** Each node with the nodes it depends on; a dependency that is no node itself is passed over. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** Every node after all that it depends on, otherwise in the graph's own order. Cycles are cut, not reported. */
export function dependencyOrder(graph: Graph): string[] {
  const done = new Set<string>();
  const order: string[] = [];
  const visit = (node: string): void => {
    if (done.has(node) || !graph.has(node)) return;
    done.add(node);
    for (const dependency of graph.get(node)!) visit(dependency);
    order.push(node);
  };
  for (const node of graph.keys()) visit(node);
  return order;
}

/** The same nodes with every arrow turned round: who depends on each node. */
export function reversed(graph: Graph): Map<string, readonly string[]> {
  const dependants = new Map<string, string[]>([...graph.keys()].map((node) => [node, []]));
  for (const [node, dependencies] of graph) {
    for (const dependency of dependencies) dependants.get(dependency)?.push(node);
  }
  return dependants;
}

/** The roots and everything they depend on, directly or not. */
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

/** One cycle for every knot: `[a, b]` means a needs b and b needs a. Every node is part of one at most. */
export function findCycles(graph: Graph): string[][] {
  const cycles: string[][] = [];
  const finished = new Set<string>();
  const path: string[] = [];
  const position = new Map<string, number>();
  const visit = (node: string): void => {
    if (finished.has(node) || !graph.has(node)) return;
    position.set(node, path.length);
    path.push(node);
    for (const dependency of graph.get(node)!) {
      const start = position.get(dependency);
      if (start === undefined) visit(dependency);
      else if (!path.slice(start).some((member) => finished.has(member))) {
        cycles.push(path.slice(start));
        for (const member of path.slice(start)) finished.add(member);
      }
    }
    path.pop();
    position.delete(node);
    finished.add(node);
  };
  for (const node of graph.keys()) visit(node);
  return cycles;
}
