import { endsWithin, type Clock } from './time/index.js'

export interface Stopping {
  readonly clock: Clock
  /** How long a part may take, in milliseconds. */
  readonly withinMs: number
  /** Hears of each part that did not stop. */
  onError(error: unknown, where: string): void
}

type Stop = () => Promise<unknown> | undefined

/** Stops the parts of a process, all at once. One that fails to, or is not done in time, is told and keeps no other from it. */
export async function stopAll(parts: Readonly<Record<string, Stop>>, on: Stopping): Promise<void> {
  const stops = Object.entries(parts).map(([name, stop]) =>
    stopOne(name, stop, on).catch((error: unknown) => on.onError(error, `stop ${name}`)),
  )
  await Promise.all(stops)
}

async function stopOne(name: string, stop: Stop, { clock, withinMs }: Stopping): Promise<void> {
  const inTime = await endsWithin(withinMs, Promise.resolve(stop()), clock)
  if (!inTime) throw new StopLateError(name, withinMs)
}

class StopLateError extends Error {
  readonly code = 'STOP_LATE'

  constructor(part: string, withinMs: number) {
    super(
      `To stop ${part} took more than ${withinMs / 1_000} s, as when the database does not answer. It is left undone; look whether the database answers.`,
    )
  }
}
