import { PLAIN } from '../contender.js'
import { enqueueInBulk, pause, signal } from '../measure.js'
import { CELL_LIMIT_MS, rate, type Cell, type Measured, type Scenario } from '../scenario.js'
import { IncorrectError, Tally } from '../tally.js'
import { countFor } from './drain.js'

export const together: Scenario = {
  name: 'together',
  group: 'Running jobs that do nothing',
  says: 'put in by two bulk callers and run, a hundred at once, at the same time; everything kept',
  figures: [rate('together')],
  isPaced: true,
  run: runTogether,
}

async function runTogether(cell: Cell): Promise<Measured> {
  const session = await cell.store.session(PLAIN)
  const tally = new Tally(countFor(cell, 2))
  const over = signal()
  const stop = await session.work(100, (n) => {
    tally.add(n)
    if (tally.isWhole) over.resolve()
  })
  try {
    const startedMs = performance.now()
    const timer = setTimeout(over.resolve, CELL_LIMIT_MS)
    await Promise.all([enqueueInBulk(session, tally.count, { chunk: 500 }), over.promise])
    clearTimeout(timer)
    while (tally.isWhole && (await session.unfinished()) > 0) await pause(1)
    const perSecond = (tally.handled / (performance.now() - startedMs)) * 1_000
    const fault = tally.faultOf({ left: tally.isWhole ? 0 : await session.unfinished() })
    if (fault) throw new IncorrectError(fault)
    return { figures: { together: perSecond }, pace: perSecond * 1.5 }
  } finally {
    await stop()
    await session.close()
  }
}
