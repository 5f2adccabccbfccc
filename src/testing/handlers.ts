import { AsyncLocalStorage } from 'node:async_hooks'

import type { Attempt } from '../queue/attempt/attempt.js'
import type { AnyJob } from '../queue/define-job.js'
import type { Cancel } from '../time/index.js'
import { FakeClock } from '../time/testing/fake-clock.js'

/** How long, in real time, a handler may be busy with something else than the database before it is taken for waiting. */
const PATIENCE_MS = 500

interface Run {
  readonly ended: Promise<unknown>
  /** It is not worth waiting for: only time, or its signal, makes it go on. */
  isWaiting: boolean
  /** Alarms that it set and that have not rung. */
  alarms: number
}

/** Knows which handlers are running, and whether it is worth waiting for them while the clock stands still. */
export class Handlers {
  readonly #runs = new Set<Run>()
  readonly #inside = new AsyncLocalStorage<Run>()
  /** The name of the definition, for each start. */
  readonly starts: string[] = []

  /** The same definition, whose runs are counted. One that runs in a thread runs here instead. */
  watch<Needs>(job: AnyJob<Needs>): AnyJob<Needs> {
    const run = (payload: unknown, needs: Needs, attempt: Attempt) =>
      this.#track(job.name, attempt.signal, () => job.run(payload, needs, attempt))
    return Object.freeze({ ...job, run, runIn: 'process', module: undefined })
  }

  /** Waits for every handler that goes on by itself. @returns whether there was one */
  async rest(): Promise<boolean> {
    const busy = [...this.#runs].filter((run) => !run.isWaiting && run.alarms === 0)
    if (busy.length === 0) return false
    const { over, cancel } = inRealTime(PATIENCE_MS)
    const inTime = await Promise.race([
      Promise.all(busy.map(({ ended }) => ended)).then(() => true),
      over.then(() => false),
    ])
    cancel()
    if (!inTime) for (const run of busy) run.isWaiting = true
    return true
  }

  /** A handler that has set an alarm waits for it. */
  alarmSet(): { rung: () => void } {
    const run = this.#inside.getStore()
    if (!run) return { rung: () => undefined }
    run.alarms += 1
    return {
      rung: () => {
        run.alarms -= 1
        run.isWaiting = false
      },
    }
  }

  async #track<Result>(name: string, signal: AbortSignal, handler: () => Promise<Result>): Promise<Result> {
    this.starts.push(name)
    let end: () => void = () => undefined
    const run: Run = {
      ended: new Promise<void>((resolve) => (end = resolve)),
      isWaiting: false,
      alarms: 0,
    }
    this.#runs.add(run)
    signal.addEventListener('abort', () => (run.isWaiting = false))
    try {
      return await this.#inside.run(run, handler)
    } finally {
      this.#runs.delete(run)
      end()
    }
  }
}

/** A fake clock that tells which of its alarms a handler waits for. */
export class HandlersClock extends FakeClock {
  constructor(
    start: Date | string | undefined,
    private readonly handlers: Handlers,
  ) {
    super(start)
  }

  override after(ms: number, action: () => void): Cancel {
    const { rung } = this.handlers.alarmSet()
    let isOver = false
    const once = () => {
      if (!isOver) rung()
      isOver = true
    }
    const cancel = super.after(ms, () => {
      once()
      action()
    })
    return () => {
      once()
      cancel()
    }
  }
}

function inRealTime(ms: number): { over: Promise<void>; cancel: Cancel } {
  let cancel: Cancel = () => undefined
  const over = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    cancel = () => clearTimeout(timer)
  })
  return { over, cancel }
}
