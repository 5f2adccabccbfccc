import type { Socket } from 'socket.io'

import { isUnavailable } from '../../database/index.js'
import { retryAfterSecondsOf, type Problem } from '../problem.js'
import { admit, type AdmitParts } from './admit.js'
import type { Outage } from './outage.js'
import { problemOf } from './problem-of.js'
import { Seats } from './seats.js'

export interface DoorOptions extends Omit<AdmitParts, 'seats'> {
  readonly outage: Outage
  /** Resolves once there is something to be let in to. */
  ready(): Promise<void>
}

/** Lets sockets in by what they present, or says why not. */
export class Door {
  readonly #seats = new Seats()

  constructor(private readonly on: DoorOptions) {}

  /** As Socket.IO's middleware. Who is let in has become the socket's `data`. */
  readonly meet = (socket: Socket, next: (refusal?: Error) => void): void => {
    void this.#admit(socket).then(
      () => next(),
      (error: unknown) => this.#turnAway(socket, error, next),
    )
  }

  async #admit(socket: Socket): Promise<void> {
    await this.on.ready()
    const admitted = await admit(socket, { ...this.on, seats: this.#seats })
    socket.data = admitted
    socket.conn.once('close', () => admitted.leave())
    if (socket.conn.readyState !== 'open') admitted.leave()
  }

  #turnAway(socket: Socket, error: unknown, next: (refusal: Error) => void): void {
    const problem = problemOf(error)
    if (problem.status >= 500) this.on.outage.failed(error, 'let a live client in', problem.instance)
    // Soon over: whoever is cut off comes again by itself within a second or two, to another process perhaps.
    if (isUnavailable(error)) socket.conn.close()
    else next(refusal(error, problem))
  }
}

/** A fault of ours that nobody foresaw may be over by then; it is logged each time, so that no client is to come all the time. */
const AFTER_A_FAULT_S = 10

/** What a client gets as its `connect_error`. It does not come again by itself, so it is told when to, if waiting helps. */
function refusal(error: unknown, problem: Problem): Error {
  const isFault = problem.status >= 500
  const retryAfterSeconds = retryAfterSecondsOf(error, problem) ?? (isFault ? AFTER_A_FAULT_S : undefined)
  const data = { ...problem, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }
  return Object.assign(new Error(problem.detail), { data })
}
