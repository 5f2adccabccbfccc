import { Option } from 'commander'

import type { ApiCommand } from '../api-command.js'
import { at, type ApiClient } from '../api-client.js'
import { CliError, RefusedError } from '../cli-error.js'

interface ResendOptions {
  readonly state?: string
}

/** One mail, or how many of a state. */
type Resent = { readonly id: string; readonly state: string } | Counted

interface Counted {
  readonly resent: number
  /** Which were not in that state any more when it was their turn. */
  readonly left: number
}

export const resendMails: ApiCommand<ResendOptions, Resent> = {
  usage: 'resend [id]',
  summary:
    'Send a mail at once that is kept, put off, has failed or is in doubt, or with --state all that are in that state.',
  options: [
    new Option('--state <state>', 'instead of an id: all of this state').choices(['failed', 'in-doubt']),
  ],
  asks: ({ state }, id) =>
    state === undefined || id !== undefined ? undefined : `Send all mails again that are ${state}?`,
  async act(api, { state }, id?: string) {
    if ((id === undefined) === (state === undefined))
      throw new CliError('CLI_WHICH_ONES', 'Say which mails: either the id of one, or --state.')
    if (id !== undefined) return await api.post<Resent>(at`/mails/${id}/resend`)
    return resendAll(api, state)
  },
  describe: (answer) =>
    'resent' in answer ? describeCounted(answer) : `The mail ${answer.id} is ${answer.state}.`,
}

async function resendAll(api: ApiClient, state: string | undefined): Promise<Counted> {
  const { items } = await api.list<{ id: string }>('/mails', { state }, { limit: 0, all: true })
  let resent = 0
  for (const { id } of items) if (await resend(api, id)) resent++
  return { resent, left: items.length - resent }
}

/** @returns `false` where somebody else was quicker */
async function resend(api: ApiClient, id: string): Promise<boolean> {
  try {
    await api.post(at`/mails/${id}/resend`)
    return true
  } catch (error) {
    if (error instanceof RefusedError && error.status === 409) return false
    throw error
  }
}

function describeCounted({ resent, left }: Counted): string {
  const mails = `${resent} mail${resent === 1 ? ' is' : 's are'} pending again.`
  return left === 0 ? mails : `${mails} ${left} had been moved meanwhile.`
}
