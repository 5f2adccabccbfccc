import fc from 'fast-check'

import { isUnavailable, newId } from '../../database/index.js'
import type { Duration } from '../../time/index.js'
import { cancel, snooze, waitFor } from '../attempt/outcome.js'
import { request, type OnClash } from '../enqueue/request.js'
import { PermanentError } from '../errors.js'
import type { BulkRequest } from '../operate/bulk.js'
import { forgiving, TARGETS, TENANT, type Step, type Story } from './any-story.js'
import type { Handler } from './workbench.js'

const tenant = { tenantId: TENANT } as const

const step = (name: string, take: Step[1]): Step => [name, take]

/** The payload of jobs that wait for nobody. */
const LEAF = 7

const HANDLERS = {
  'are done': () => async () => 'done',
  'finish in a transaction': (story) => story.finishing,
  'finish in a transaction that fails': (story) => async (payload, attempt) => {
    await story.finishing(payload, { ...attempt, finish: () => Promise.reject(new Error('changed my mind')) })
  },
  fail: () => async () => Promise.reject(new Error('carrier is down')),
  'fail for good': () => async () => Promise.reject(new PermanentError('no such store')),
  snooze: () => async () => snooze('5s'),
  cancel: () => async () => cancel('nothing to do'),
  'wait for a child':
    () =>
    async ({ n }, attempt) =>
      n === LEAF || (await attempt.awaited()).length > 0
        ? 'done'
        : waitFor([{ ...tenant, name: 'test.work', payload: { n: LEAF } }]),
  'wait for their signal': () => (_, attempt) =>
    new Promise((_resolve, reject) => {
      if (attempt.signal.aborted) reject(new Error('stopped'))
      attempt.signal.addEventListener('abort', () => reject(new Error('stopped')))
    }),
} as const satisfies Readonly<Record<string, (story: Story) => Handler>>

export const handlersNow = (what: keyof typeof HANDLERS): Step =>
  step(`handlers ${what}`, async (story) => story.letRun(HANDLERS[what](story)))

export const goBy = (time: Duration): Step => step(`${time} go by`, ({ bench }) => bench.pass(time))

export const enqueueIn = (delay: '0ms' | '3s'): Step =>
  step(`enqueue in ${delay}`, (story) => {
    const options = { ...tenant, id: newId(), delay }
    return story.insist(async () => [await story.engine.enqueue(story.bench.work, {}, options)])
  })

const enqueueKey = (n: number, onClash: OnClash, isLate: boolean): Step =>
  step(`enqueue key ${n}, ${JSON.stringify(onClash)}${isLate ? ', for later' : ''}`, (story) => {
    const delay = isLate && typeof onClash === 'string' ? { delay: '3s' as const } : {}
    const options = { ...tenant, id: newId(), onClash, ...delay }
    return story.insist(async () => [await story.engine.enqueue(story.bench.unique, { n }, options)])
  })

export const enqueueLimited = (n: number): Step =>
  step(`enqueue limited ${n}`, (story) => {
    const options = { ...tenant, id: newId() }
    return story.insist(async () => [await story.engine.enqueue(story.limited, { n }, options)])
  })

export const enqueueFlow = (onParentDead: 'cancel' | 'run'): Step =>
  step(`enqueue a flow: ${onParentDead} when a parent is dead`, (story) => {
    const part = () => request(story.bench.work, {}, { ...tenant, id: newId() })
    const flow = { a: part(), b: part(), c: { ...part(), after: ['a', 'b'] as const, onParentDead } }
    return story.insist(async () => Object.values(await story.engine.enqueueFlow(flow)))
  })

const enqueueInTransaction = (commits: boolean): Step =>
  step(`enqueue in a transaction that is ${commits ? 'committed' : 'rolled back'}`, async (story) => {
    const { bench, engine, acknowledged, rolledBack } = story
    const id = newId()
    const written = bench.database.transaction(async (tx) => {
      await engine.enqueue(bench.work, {}, { ...tenant, id, tx })
      if (!commits) throw new Error('changed my mind')
    })
    const isThere = await written.then(
      () => true,
      (error: unknown) => (isUnavailable(error) || !commits ? false : Promise.reject(error as Error)),
    )
    ;(isThere ? acknowledged : rolledBack).add(id)
  })

const enqueues = [
  fc.constantFrom<['0ms', '3s']>('0ms', '3s').map(enqueueIn),
  fc
    .tuple(
      fc.nat(1),
      fc.constantFrom<OnClash[]>('keep', 'replace', { debounce: '2s', atMost: '9s' }),
      fc.boolean(),
    )
    .map((key) => enqueueKey(...key)),
  fc.nat(1).map(enqueueLimited),
  fc.constantFrom('cancel' as const, 'run' as const).map(enqueueFlow),
  fc.boolean().map(enqueueInTransaction),
]

const cancelNth = (n: number): Step =>
  step(`cancel ${n}`, async (story) =>
    forgiving(story.engine.operator.asOwner.cancel(TENANT, await story.pick(n), 'changed my mind')),
  )

const retryNth = (n: number): Step =>
  step(`retry ${n}`, async (story) =>
    forgiving(story.engine.operator.asOwner.retry(TENANT, await story.pick(n))),
  )

export const buryNth = (n: number): Step =>
  step(`bury ${n}`, async (story) =>
    forgiving(story.engine.operator.asOwner.bury(TENANT, await story.pick(n), 'given up')),
  )

export const bulk = (wish: BulkRequest): Step =>
  step(`bulk ${JSON.stringify(wish)}`, (story) => story.bulk(wish))

const BULKS: readonly BulkRequest[] = [
  { action: 'retry', filter: {} },
  { action: 'retry', filter: { state: 'cancelled' } },
  { action: 'retry', filter: { state: 'scheduled' } },
  { action: 'cancel', filter: {}, reason: 'wrong price' },
  { action: 'cancel', filter: { state: 'running' } },
  { action: 'delete', filter: {} },
  { action: 'move', filter: {}, to: 'urgent' },
]

const byPeople = [
  fc.nat(9).map(cancelNth),
  fc.nat(9).map(retryNth),
  fc.nat(9).map(buryNth),
  fc.constantFrom(...BULKS).map(bulk),
  fc
    .tuple(fc.constantFrom(...TARGETS), fc.boolean())
    .map(([target, pauses]) =>
      step(`${pauses ? 'pause' : 'resume'} ${JSON.stringify(target)}`, ({ engine }) =>
        pauses
          ? engine.pauses.pause(target, { by: 'test:me', reason: 'a look' })
          : forgiving(engine.pauses.resume(target, { by: 'test:me' })),
      ),
    ),
]

const STATEMENTS = ['claim', 'finish', 'put back', 'insert jobs', 'promote', 'let in', 'cancel many']

const byTheWorld = [
  fc.constantFrom(...(Object.keys(HANDLERS) as (keyof typeof HANDLERS)[])).map(handlersNow),
  fc.constantFrom<Duration[]>('200ms', '2s', '12s', '61s').map(goBy),
  fc.constant(step('another process starts', (story) => story.startOther())),
  fc.constant(step('the other process stops', (story) => story.stopOther())),
  fc.constant(
    step('all workers are taken for dead', ({ bench }) =>
      bench.database.query('DELETE FROM linehaul.worker'),
    ),
  ),
  fc
    .tuple(fc.constantFrom(...STATEMENTS), fc.boolean())
    .map(([what, after]) =>
      step(`${after ? 'the answer to' : ''} the next ${what} is lost`, async ({ bench }) =>
        bench.database.failNext(new RegExp(`^\\s*-- ${what}`), undefined, { after }),
      ),
    ),
]

/** What comes next comes at once, or once everything that follows from this has happened. */
const settling = ([[name, take], isSettling]: readonly [Step, boolean]): Step =>
  isSettling
    ? step(name, async (story) => {
        await take(story)
        await story.bench.database.idle()
      })
    : step(`${name}, and at once`, take)

const anyStep: fc.Arbitrary<Step> = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.oneof(...enqueues) },
      { weight: 2, arbitrary: fc.oneof(...byPeople) },
      { weight: 5, arbitrary: fc.oneof(...byTheWorld) },
    ),
    fc.boolean(),
  )
  .map(settling)

/** Anything in any order. One that fails is told in words. */
export const anySequence: fc.Arbitrary<readonly Step[]> = fc
  .array(anyStep, { minLength: 8, maxLength: 25 })
  .map((steps) =>
    Object.assign([...steps], { [fc.toStringMethod]: () => steps.map(([name]) => name).join('; ') }),
  )
