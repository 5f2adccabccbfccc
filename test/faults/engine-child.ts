import { nextLine, type Child, type Compiled } from './child.js'

/**
 * An engine that tells what happens to it, a line each. A job hangs where its payload says so, until its signal aborts or its
 * process is told to let go; elsewhere it is done at once.
 */
const SCRIPT = `
import { openEmbedded, PostgresDatabase } from './database/index.js'
import { defineJob, Engine } from './queue/index.js'

const [where, name, serve] = process.argv.slice(2)
const say = (...words) => process.stdout.write(words.join(' ') + '\\n')
const database = where.startsWith('postgres') ? new PostgresDatabase({ url: where }) : await openEmbedded({ folder: where })
let letGo
const letsGo = new Promise((resolve) => (letGo = resolve))

const work = defineJob({
  name: 'test.work',
  queue: 'default',
  timeout: '10m',
  payload: { parse: (input) => input },
  async run({ hangsIn, blockMs = 0 }, _needs, { jobId, signal }) {
    say('began', jobId)
    if (hangsIn !== name) return
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockMs)
    const aborted = new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    if (blockMs === 0) await Promise.race([aborted, letsGo])
  },
})
const engine = new Engine({
  database,
  jobs: [work],
  needs: {},
  ...(serve && { serve: [] }),
  onError: (error) => say('error', error.code, error.message),
})
engine.signals.on('attempt.ended', ({ jobId, state }) => say('ended', jobId, state))

let led = false
setInterval(() => {
  if (engine.isLeader && !led) say('leads')
  led = engine.isLeader
}, 10)
process.stdin.on('data', async (data) => {
  if (String(data).startsWith('let go')) return letGo()
  await engine.stop('5s')
  await database.close()
  process.exit(0)
})
await engine.start()
say('started')
`

/** A process of its own with a started engine. */
export class EngineChild {
  private constructor(
    readonly name: string,
    private readonly child: Child,
  ) {}

  /** @param serve nothing but the engine's own queue with `'nothing'` */
  static async start(
    compiled: Compiled,
    where: string,
    name: string,
    serve?: 'nothing',
  ): Promise<EngineChild> {
    const child = new EngineChild(name, await compiled.run(SCRIPT, where, name, ...(serve ? [serve] : [])))
    await child.until(/^started/)
    return child
  }

  /** The next line that fits, others skipped. */
  async until(pattern: RegExp): Promise<string> {
    for (;;) {
      const line = await nextLine(this.child)
      if (pattern.test(line)) return line
    }
  }

  letGo(): void {
    this.child.process.stdin?.write('let go\n')
  }

  /** @returns the exit code. */
  async stop(): Promise<number | string> {
    this.child.process.stdin?.write('stop\n')
    return this.child.ended
  }

  async kill(): Promise<void> {
    this.child.process.kill('SIGKILL')
    await this.child.ended
  }
}
