import { createHash } from 'node:crypto'

import type pg from 'pg'

import { systemClock } from '../time/index.js'
import { cancelStatement } from './cancel-statement.js'
import type { Executor, QueryOptions } from './database.js'

/** What is done on a connection for as long as it is on loan from its pool. */
export class Session implements Executor {
  #broken: Error | undefined
  readonly #remember = (error: Error): void => {
    this.#broken ??= error
  }

  constructor(
    private readonly client: pg.ClientBase,
    /** How long the server may take for a statement; without it as long as it likes. */
    private readonly patienceMs?: number,
  ) {
    client.on('error', this.#remember)
  }

  async query<Row>(sql: string, parameters: readonly unknown[] = [], options?: QueryOptions): Promise<Row[]> {
    const { rows } = await this.#inTime(() => this.client.query(toQuery(sql, parameters, options)))
    return rows as Row[]
  }

  async script(sql: string): Promise<void> {
    await this.#inTime(() => this.client.query(sql))
  }

  /** @returns why the connection is of no use to others; `undefined` when it is. */
  end(): Error | undefined {
    this.client.off('error', this.#remember)
    return this.#broken
  }

  async #inTime<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    if (this.patienceMs === undefined) return call()
    let isUnderWay = true
    // An answer may have come while the event loop stood still: it is read before the loop's next turn.
    const cancel = systemClock.after(this.patienceMs, () =>
      setImmediate(() => {
        if (isUnderWay) this.#giveUp()
      }),
    )
    try {
      return await call()
    } catch (error) {
      throw this.#broken instanceof NoAnswerError ? this.#broken : error
    } finally {
      isUnderWay = false
      cancel()
    }
  }

  /** The connection is of no use any more: the next statement would wait behind this one. */
  #giveUp(): void {
    this.#broken = new NoAnswerError(this.patienceMs ?? 0)
    cancelStatement(this.client)
    // With a statement under way it is cut at once, which rejects the statement.
    void (this.client as unknown as pg.Client).end()
  }
}

/** Whether the statement took effect is unknown. */
class NoAnswerError extends Error {
  readonly code = 'ETIMEDOUT'

  constructor(patienceMs: number) {
    super(`no answer within ${patienceMs} ms`)
  }
}

/**
 * The names of prepared statements: each connection prepares a text once. Made of the text, for a pooler may have several
 * processes share a session, where a name must mean the same to all.
 */
const names = new Map<string, string>()

function toQuery(
  text: string,
  values: readonly unknown[],
  { prepared = false }: QueryOptions = {},
): pg.QueryConfig {
  if (!prepared) return { text, values: [...values] }
  const name = names.get(text) ?? `linehaul_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
  names.set(text, name)
  return { name, text, values: [...values] }
}
