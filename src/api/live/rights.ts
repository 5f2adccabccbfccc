import type { Caller, Credentials } from '../../access/index.js'
import type { Service } from '../../queue/index.js'
import type { Duration } from '../../time/index.js'
import { UnauthorizedError } from '../errors.js'
import type { Client } from './client.js'

type Followed = Pick<Client, 'secret' | 'caller' | 'become' | 'refuse'>

/** Looks whether those who are connected may still do what they could when they came, whenever somebody's rights change. */
export class Rights implements Service {
  readonly name = 'check rights of live clients'
  /** In case no word of a change came through, and for credentials that end by themselves. */
  readonly every: Duration = '10s'

  constructor(
    private readonly credentials: Pick<Credentials, 'find'>,
    private readonly clients: () => Iterable<Followed>,
    private readonly problemOf: (error: Error) => object,
  ) {}

  async runOnce(): Promise<{ changed: number }> {
    let changed = 0
    for (const client of [...this.clients()]) {
      // One after the other: a look-up for each of a thousand at once would hold up requests.
      const caller = await this.credentials.find(client.secret)
      if (caller && isTheSame(caller, client.caller)) continue
      if (caller && isSamePerson(caller, client.caller)) client.become(caller)
      else client.refuse(this.problemOf(new UnauthorizedError(client.secret)))
      changed += 1
    }
    return { changed }
  }
}

function isSamePerson(one: Caller, other: Caller): boolean {
  return one.tenantId === other.tenantId && one.actor === other.actor
}

function isTheSame(one: Caller, other: Caller): boolean {
  return (
    isSamePerson(one, other) &&
    one.role === other.role &&
    JSON.stringify(one.scopes) === JSON.stringify(other.scopes)
  )
}
