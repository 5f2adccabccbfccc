import { at, type ApiClient } from './api-client.js'
import { CliError, RefusedError } from './cli-error.js'

/** How many of those of a state are sent again. */
export interface Again {
  readonly resent: number
  /** Which were not in that state any more when it was their turn. */
  readonly left: number
}

/** Refuses both, and neither, of the id of one and the state of all. */
export function refuseNeither(things: string, id: string | undefined, state: string | undefined): void {
  if ((id === undefined) === (state === undefined))
    throw new CliError('CLI_WHICH_ONES', `Say which ${things}: either the id of one, or --state.`)
}

/** Sends all of a list again that are in a state, one after the other. */
export async function sendAllAgain(
  api: ApiClient,
  { list, state, verb }: { list: string; state: string | undefined; verb: string },
): Promise<Again> {
  const { items } = await api.list<{ id: string }>(list, { state }, { limit: 0, all: true })
  let resent = 0
  for (const { id } of items) if (await sendAgain(api, `${list}${at`/${id}`}/${verb}`)) resent++
  return { resent, left: items.length - resent }
}

/** @returns `false` where somebody else was quicker */
async function sendAgain(api: ApiClient, path: string): Promise<boolean> {
  try {
    await api.post(path)
    return true
  } catch (error) {
    if (error instanceof RefusedError && error.reason === 'NOTIFICATIONS_ILLEGAL_MOVE') return false
    throw error
  }
}

export function describeAgain({ resent, left }: Again, one: string, many: string): string {
  const pending = `${resent} ${resent === 1 ? `${one} is` : `${many} are`} pending again.`
  return left === 0 ? pending : `${pending} ${left} had been moved meanwhile.`
}
