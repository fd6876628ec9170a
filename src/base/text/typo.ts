/** The only candidate at a distance of one edit from `word`; undefined if there are none or several. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const near: string[] = [];
  for (const candidate of candidates) {
    if (candidate !== word && isOneEditAway(word.toLowerCase(), candidate.toLowerCase()))
      near.push(candidate);
  }
  return near.length === 1 ? near[0] : undefined;
}

/** One character inserted, removed or replaced, two neighbours swapped, or a difference in case only. */
function isOneEditAway(a: string, b: string): boolean {
  if (a === b) return true;
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const restA = a.slice(start);
  const restB = b.slice(start);
  return (
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    restA.slice(1) === restB.slice(1) ||
    (restA.slice(2) === restB.slice(2) && restA[0] === restB[1] && restA[1] === restB[0])
  );
}
