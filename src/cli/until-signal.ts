import { systemClock, type Clock } from '../time/index.js'

/** One Ctrl-C may arrive twice, from the terminal and from a parent; only a later one is meant. */
const SECOND_AFTER_MS = 1_000

/**
 * Resolves at the first SIGINT or SIGTERM. A second one, a second later or more, ends the process at once.
 * @param over aborted once nobody waits any more: signals do then what they do without it
 */
export function untilSignal(clock: Clock = systemClock, over?: AbortSignal): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let askedMs: number | undefined
    const onSignal = (signal: NodeJS.Signals) => {
      askedMs ??= clock.monotonicMs()
      if (clock.monotonicMs() - askedMs >= SECOND_AFTER_MS) endAtOnce()
      resolve(signal)
    }
    process.on('SIGINT', onSignal)
    process.on('SIGTERM', onSignal)
    over?.addEventListener('abort', () => {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    })
  })
}

function endAtOnce(): void {
  process.stderr.write('Stopped at once. Jobs that were running here run again.\n')
  process.exit(1)
}
