import type { Queue, Worker } from 'bullmq'

import type { Handle, Session, SessionOptions } from '../side-by-side/contender.js'

/** What the classes of BullMQ need beside their names. */
export interface Backing {
  queue(settings: { removeOnComplete: boolean }): Queue
  worker(handle: (n: number) => Promise<unknown>, concurrency: number): Worker
}

export class BullSession implements Session {
  private constructor(
    private readonly backing: Backing,
    private readonly queue: Queue,
  ) {}

  static async open(backing: Backing, { keep }: SessionOptions): Promise<Session> {
    const queue = backing.queue({ removeOnComplete: keep === 'nothing' })
    await queue.waitUntilReady()
    return new BullSession(backing, queue)
  }

  async enqueue(n: number): Promise<void> {
    await this.queue.add('job', { n })
  }

  async enqueueMany(numbers: readonly number[]): Promise<void> {
    await this.queue.addBulk(numbers.map((n) => ({ name: 'job', data: { n } })))
  }

  async work(concurrency: number, handle: Handle): Promise<() => Promise<void>> {
    const worker = this.backing.worker(async (n) => {
      await handle(n)
      return { ok: true }
    }, concurrency)
    worker.on('error', (error) => console.error('bullmq:', error))
    await worker.waitUntilReady()
    void worker.run()
    return () => worker.close()
  }

  async unfinished(): Promise<number> {
    const counts = await this.queue.getJobCounts('waiting', 'active')
    return Object.values(counts).reduce((sum, count) => sum + count, 0)
  }

  finished(): Promise<number> {
    return this.queue.getCompletedCount()
  }

  close(): Promise<void> {
    return this.queue.close()
  }
}
