import type { Clock } from '../../time/index.js'
import { may, type Action } from '../../access/index.js'
import { JobNotFoundError, wrongPointersOf, type JobStanding, type Operator } from '../../queue/index.js'
import {
  ForbiddenError,
  InvalidMessageError,
  NotYourStreamError,
  TooManyMessagesError,
  TooManyWatchedError,
  UnknownMessageError,
} from '../errors.js'
import { inboxOwner } from '../inbox-owner.js'
import type { Services } from '../services.js'
import { Allowance } from './allowance.js'
import type { Client } from './client.js'
import { toWatched, type JobWatch } from './job-watch.js'
import { isMessage, MESSAGES, MOST_WATCHED, type Message, type MessageName } from './messages.js'
import { ownStreams, streamOfJob } from './streams.js'

/** So many messages at once, and so many a second in the long run. */
const AT_ONCE = 50
const PER_SECOND = 10

export interface ConversationParts {
  readonly operator: Pick<Operator, 'standings'>
  readonly watch: JobWatch
  readonly inbox: Pick<Services['notifications']['inbox'], 'markDelivered'>
  readonly clock: Clock
}

/** What a client says, one message after the other. Everything else is refused. */
export class Conversation {
  readonly #watched = new Set<string>()
  readonly #allowance: Allowance
  #turn: Promise<unknown>
  #hasEnded = false

  /** @param begun that the client was sent what it missed: nothing is answered before, or it could get something twice */
  constructor(
    private readonly client: Client,
    private readonly on: ConversationParts,
    begun: Promise<unknown>,
  ) {
    this.#turn = begun.catch(() => undefined) // told to whom it concerns, by who began it
    this.#allowance = new Allowance(AT_ONCE, PER_SECOND, on.clock)
  }

  /** @returns what the client is to be told. @throws {ApiError} API_TOO_MANY_MESSAGES: it has to go. */
  hear(name: string, message: unknown): Promise<object> {
    if (!this.#allowance.take()) return Promise.reject(new TooManyMessagesError(PER_SECOND))
    const answer = this.#turn.then(() => this.#answer(name, message))
    this.#turn = answer.catch(() => undefined) // told to whom it concerns, by `answer`
    return answer
  }

  /** The client has gone: nothing is watched for it any more, nor what it asked for and was not answered yet. */
  end(): void {
    this.#hasEnded = true
    for (const jobId of this.#watched) this.on.watch.unwatch(jobId, this.client)
  }

  readonly #answers: { readonly [Name in MessageName]: (message: Message<Name>) => Promise<object> } = {
    watch: ({ jobIds }) => this.#watch(jobIds),
    unwatch: async ({ jobIds }) => this.#unwatch(jobIds),
    resume: ({ stream, after }) => this.#resume(stream, after),
    ack: ({ notificationIds }) => this.#ack(notificationIds),
  }

  async #answer(name: string, message: unknown): Promise<object> {
    if (!isMessage(name)) throw new UnknownMessageError(name, Object.keys(MESSAGES))
    const read = MESSAGES[name].safeParse(message)
    if (!read.success) throw new InvalidMessageError(name, wrongPointersOf(read.error))
    return (this.#answers[name] as (message: unknown) => Promise<object>)(read.data)
  }

  async #watch(jobIds: readonly string[]): Promise<object> {
    this.#refuseWithout('jobs.read')
    const all = new Set([...this.#watched, ...jobIds])
    if (all.size > MOST_WATCHED) throw new TooManyWatchedError(MOST_WATCHED)
    let jobs: object[] = []
    await this.client.follow(jobIds.map(streamOfJob), {}, async (numbers) => {
      const standings = await this.#ownStandings(jobIds)
      if (this.#hasEnded) return // meanwhile: nobody would end the watch
      jobs = standings.map((standing) => {
        const number = numbers.get(streamOfJob(standing.id)) ?? 0
        this.on.watch.watch(standing, { watcher: this.client, after: number })
        this.#watched.add(standing.id)
        return { ...toWatched(standing), number }
      })
    })
    return { jobs }
  }

  /** @throws {JobNotFoundError} JOBS_NOT_FOUND of one that is not there, or is another tenant's */
  async #ownStandings(jobIds: readonly string[]): Promise<readonly JobStanding[]> {
    const found = await this.on.operator.standings(jobIds)
    return jobIds.map((jobId) => {
      const own = found.find(({ id, tenantId }) => id === jobId && tenantId === this.client.tenantId)
      if (!own) throw new JobNotFoundError(jobId)
      return own
    })
  }

  #unwatch(jobIds: readonly string[]): object {
    for (const jobId of jobIds) {
      this.#watched.delete(jobId)
      this.on.watch.unwatch(jobId, this.client)
      this.client.leave(streamOfJob(jobId))
    }
    return { watching: this.#watched.size }
  }

  async #resume(stream: string, after: number): Promise<object> {
    const own = ownStreams(this.client.caller)
    const isTheirs = own.includes(stream) || [...this.#watched].map(streamOfJob).includes(stream)
    if (!isTheirs) throw new NotYourStreamError(stream, own)
    await this.client.follow([stream], { [stream]: after }, async () => undefined)
    return { stream }
  }

  async #ack(notificationIds: readonly string[]): Promise<object> {
    const owner = inboxOwner(this.client.caller)
    await this.on.inbox.markDelivered(owner, notificationIds)
    return {}
  }

  #refuseWithout(action: Action): void {
    if (!may(this.client.caller, action)) throw new ForbiddenError(action)
  }
}
