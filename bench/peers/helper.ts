import { PLAIN, type Session } from '../side-by-side/contender.js'
import { enqueueSpaced } from '../side-by-side/scenarios/pickup.js'
import { CONTENDERS } from './contenders.js'

/** What a process beside the benchmark does when it is asked. */
const [name, url = ''] = process.argv.slice(2)
const contender = CONTENDERS.find((one) => one.name === name)
if (!contender) throw new Error(`there is no contender ${name}`)
const nowhere = { url, size: async () => 0, logged: async () => undefined }
const store = await contender.open(nowhere)
const session: Session = await store.session(PLAIN)
const never = new Promise<void>(() => undefined)

const ANSWERS: Readonly<Record<string, (value: never) => Promise<unknown>>> = {
  ready: async () => true,
  'enqueue-spaced': (options: Parameters<typeof enqueueSpaced>[1]) => enqueueSpaced(session, options),
  /** Runs jobs that never end. */
  hold: async (concurrency: number) => {
    await session.work(concurrency, (n) => {
      process.send?.({ tells: 'began', value: n })
      return never
    })
  },
  /** What is held, not what the process has of the system: that moves by megabytes whatever runs. */
  memory: async () => {
    globalThis.gc?.()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  },
  end: async () => {
    await session.close()
    await store.close()
  },
}

process.on('message', ({ id, question, value }: { id: number; question: string; value: never }) => {
  const answer = ANSWERS[question] ?? (() => Promise.reject(new Error(`cannot answer ${question}`)))
  answer(value).then(
    (found) => process.send?.({ id, value: found }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
