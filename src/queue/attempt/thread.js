// What runs in the threads of definitions with `runIn: 'thread'`.
// Plain JavaScript, because a worker thread loads its file by itself, in tests too, where nothing compiles it.

/** The same as in outcome.ts. */
const WISH = Symbol.for('linehaul.wish')

/**
 * Runs one handler to its end and answers with what can be sent back.
 * @param {{ module: string, payload: unknown, about: object, port: import('node:worker_threads').MessagePort }} task
 */
export async function run({ module, payload, about, port }) {
  const controller = new AbortController()
  /** @type {((answer: { jobs?: unknown, error?: any }) => void)[]} */
  const questions = []
  port.on('message', ({ abort, answer }) => {
    if (abort) controller.abort(Object.assign(new Error(abort.message), abort))
    else questions.shift()?.(answer) // they are answered in their order
  })
  const attempt = {
    ...about,
    signal: controller.signal,
    /** @param {unknown[]} progress */
    progress: (...progress) => port.postMessage({ progress }),
    /** @param {string} level @param {string} message @param {unknown} data */
    log: (level, message, data) => port.postMessage({ log: [level, message, portable(data)] }),
    awaited: () =>
      new Promise((resolve, reject) => {
        questions.push(({ jobs, error }) =>
          error ? reject(Object.assign(new Error(error.message), error)) : resolve(jobs),
        )
        port.postMessage({ asks: 'awaited' })
      }),
  }
  try {
    const handler = await import(module)
    return answerOf(await handler.run(payload, attempt))
  } catch (error) {
    return { error: describe(error) }
  } finally {
    port.close() // tells the other side that everything was said
  }
}

/** @param {any} outcome */
function answerOf(outcome) {
  // Properties named by a symbol do not survive the way.
  if (typeof outcome === 'object' && outcome !== null && WISH in outcome)
    return { wish: { ...outcome, kind: outcome[WISH] } }
  const result = jsonOf(outcome)
  if (result === undefined && outcome !== undefined) throw notJson(`a ${typeof outcome} has no JSON`)
  return { result }
}

/** @param {unknown} outcome */
function jsonOf(outcome) {
  try {
    return JSON.stringify(outcome)
  } catch (error) {
    throw notJson(describe(error).message)
  }
}

/** @param {string} reason */
function notJson(reason) {
  return Object.assign(new Error(`The handler's result is no JSON: ${reason}.`), {
    code: 'JOBS_RESULT_NOT_JSON',
  })
}

/** @param {unknown} data */
function portable(data) {
  try {
    return data === undefined ? undefined : JSON.parse(JSON.stringify(data))
  } catch (error) {
    return { dropped: describe(error).message }
  }
}

/** @param {any} error */
function describe(error) {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const { name, message, stack, code, retryAfterMs } = /** @type {any} */ (error)
  return { name, message, stack, code: code === undefined ? undefined : String(code), retryAfterMs }
}
