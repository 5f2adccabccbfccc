/** The known name that differs least from `name`, if at most a third of its letters do. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const [best] = ranked(name, known)
  return best && best.distance <= Math.ceil(name.length / 3) ? best.candidate : undefined
}

/** The few known names that differ least from `name`, however much they do. */
export function nearestNames(name: string, known: readonly string[]): readonly string[] {
  return ranked(name, known)
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}

function ranked(name: string, known: readonly string[]): { candidate: string; distance: number }[] {
  return known
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance)
}

/** Levenshtein: the fewest letters to insert, delete or replace. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (const [i, letter] of [...a].entries()) {
    const current = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const replaced = (previous[j] ?? 0) + (letter === b[j] ? 0 : 1)
      current.push(Math.min(replaced, (previous[j + 1] ?? 0) + 1, (current[j] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
