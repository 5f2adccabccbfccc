import { PostgresDatabase } from '../src/database/index.js'
import { Engine } from '../src/queue/index.js'
import { answerQuestions } from './hosts/child.js'
import { timingClaims } from './hosts/claim-times.js'
import { hostJob } from './hosts/job.js'

/** What the hosts of one process saw since they were last asked. */
export interface HostsReport {
  readonly ended: number
  readonly claimMs: readonly number[]
  readonly emptyClaims: number
  readonly errors: Readonly<Record<string, number>>
}

const [url = '', concurrency = '10'] = process.argv.slice(2)
const engines: Engine<unknown>[] = []
let seen = nothing()

function nothing() {
  return { ended: 0, claimMs: [] as number[], emptyClaims: 0, errors: {} as Record<string, number> }
}

function noteError(error: unknown, where: string): void {
  const what = `${where}: ${error instanceof Error ? error.message : String(error)}`
  seen.errors[what] = (seen.errors[what] ?? 0) + 1
}

/** A host is an engine with all that is its own on a real one: connections, listener, the thread that shows it. */
async function addHost(): Promise<void> {
  const database = timingClaims(new PostgresDatabase({ url }), (tookMs, jobs) => {
    seen.claimMs.push(tookMs)
    if (jobs === 0) seen.emptyClaims += 1
  })
  const engine = new Engine({
    database,
    jobs: [hostJob],
    needs: {},
    concurrency: Number(concurrency),
    onError: noteError,
  })
  engine.signals.on('attempt.ended', () => (seen.ended += 1))
  await engine.start()
  engines.push(engine)
}

async function answer(question: { add: number } | 'report' | 'stop'): Promise<HostsReport | undefined> {
  if (question === 'stop') {
    await Promise.all(engines.map((engine) => engine.stop('2s')))
  } else if (question === 'report') {
    const report = seen
    seen = nothing()
    return report
  } else {
    for (let i = 0; i < question.add; i++) await addHost()
  }
  return undefined
}

answerQuestions(answer)
