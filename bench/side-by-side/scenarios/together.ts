import { PLAIN } from '../contender.js'
import { enqueueInBulk, signal, verify, whenAllEnded, within } from '../measure.js'
import { jobsFor, rate, timeFor, type Cell, type Measured, type Scenario } from '../scenario.js'
import { Tally } from '../tally.js'

export const together: Scenario = {
  name: 'together',
  group: 'Running jobs that do nothing',
  says: 'put in by two bulk callers and run, a hundred at once, at the same time; everything kept',
  figures: [rate('together')],
  warmsUp: true,
  run: runTogether,
}

async function runTogether(cell: Cell): Promise<Measured> {
  const session = await cell.store.session(PLAIN)
  const tally = new Tally(jobsFor(cell))
  const over = signal()
  const stop = await session.work(100, (n) => {
    tally.add(n)
    if (tally.isWhole) over.resolve()
  })
  try {
    const startedMs = performance.now()
    await enqueueInBulk(session, tally.count, { chunk: 500 })
    await within(Math.max(0, startedMs + timeFor(cell) - performance.now()), over.promise)
    const endedMs = tally.isWhole ? await whenAllEnded(session) : undefined
    const perSecond = (tally.handled / ((endedMs ?? performance.now()) - startedMs)) * 1_000
    if (tally.handled === 0) throw new Error('no job ran in the time of a cell')
    const note = tally.isWhole
      ? {}
      : { note: `${tally.handled} of ${tally.count} jobs in the time of a cell` }
    await stop()
    await verify(session, tally, { isKept: cell.contender.keepsFinished })
    return { figures: { together: perSecond }, ...note }
  } finally {
    await stop()
    await session.close()
  }
}
