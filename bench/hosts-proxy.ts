import net from 'node:net'

import { answerQuestions } from './hosts/child.js'

interface Late {
  readonly dueMs: number
  deliver(): void
}

/** What is due in less than this is slept for, since timers know whole milliseconds only. */
const TIMERS_FROM_MS = 1.2

/** The way between hosts and database: what goes in comes out so much later, in the same order. */
class SlowWay {
  delayMs = 0
  readonly #late: Late[] = []
  readonly #still = new Int32Array(new SharedArrayBuffer(4))
  #isDelivering = false

  connect(near: net.Socket, far: net.Socket): void {
    this.#carry(near, far)
    this.#carry(far, near)
  }

  #carry(from: net.Socket, to: net.Socket): void {
    from.setNoDelay(true)
    from.on('error', () => undefined)
    from.on('data', (data) => this.#later(() => to.write(data)))
    from.on('close', () => this.#later(() => to.destroy()))
  }

  #later(deliver: () => void): void {
    this.#late.push({ dueMs: performance.now() + this.delayMs, deliver })
    if (this.#isDelivering) return
    this.#isDelivering = true
    this.#deliver()
  }

  #deliver(): void {
    while (this.#late[0] && this.#late[0].dueMs <= performance.now()) this.#late.shift()?.deliver()
    const [next] = this.#late
    this.#isDelivering = next !== undefined
    if (!next) return
    const leftMs = next.dueMs - performance.now()
    if (leftMs >= TIMERS_FROM_MS) {
      setTimeout(() => this.#deliver(), Math.floor(leftMs))
      return
    }
    Atomics.wait(this.#still, 0, 0, Math.max(0, leftMs))
    setImmediate(() => this.#deliver())
  }
}

const way = new SlowWay()
const [port = ''] = process.argv.slice(2)
const server = net.createServer((near) => way.connect(near, net.connect(Number(port), '127.0.0.1')))
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

/** Sets the delay of one direction; answers with the port to connect to. */
answerQuestions(({ delayMs }: { delayMs: number }) => {
  way.delayMs = delayMs
  return (server.address() as net.AddressInfo).port
})
