import { TooManyMessagesError } from '../errors.js'
import type { Client } from './client.js'
import type { Conversation } from './conversation.js'
import type { Outage } from './outage.js'
import { problemOf } from './problem-of.js'

/** One message as Socket.IO hands it on: its data and, last, what takes the answer if one is wanted. */
export interface Said {
  readonly name: string
  readonly arguments: readonly unknown[]
}

/** Answers one message of a client's; one that says too much is ended. */
export async function answer(
  said: Said,
  { client, talk, outage }: { client: Client; talk: Conversation; outage: Outage },
): Promise<void> {
  const last = said.arguments.at(-1)
  const tell = typeof last === 'function' ? (last as (answer: object) => void) : () => undefined
  try {
    tell(await talk.hear(said.name, said.arguments[0]))
  } catch (error) {
    const problem = problemOf(error)
    if (problem.status >= 500) outage.failed(error, `answer a live client's ${said.name}`, problem.instance)
    tell({ problem })
    if (error instanceof TooManyMessagesError) client.refuse(problem)
  }
}
