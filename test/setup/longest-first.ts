import path from 'node:path'

import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * What takes longest, and mostly waits: for leases to run out, for silence to be noticed. Begun first it waits while others
 * work; begun last, as a fresh clone would that only knows how long the files are, everybody waits for it.
 */
const LONGEST = [
  'test/journeys/cli.test.ts',
  'test/faults/torture/torture.test.ts',
  'test/faults/liveness.test.ts',
  'test/faults/silent-network.test.ts',
]

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) => {
      const place = LONGEST.indexOf(path.relative(project.config.root, moduleId))
      return place === -1 ? LONGEST.length : place
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}
