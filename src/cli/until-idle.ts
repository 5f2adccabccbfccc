import type { App } from './app.js'

/** Resolves once no job of the tenant's `queue` is open: looks after each attempt that ends here. */
export async function untilIdle(
  { engine }: Pick<App, 'engine'>,
  tenantId: string,
  queue: string,
): Promise<void> {
  for (;;) {
    const ended = engine.signals.next('attempt.ended')
    const counts = (await engine.operator.queues(tenantId)).find((counts) => counts.queue === queue)
    if (!counts || counts.scheduled + counts.waiting + counts.running === 0) return
    await ended
  }
}
