import type { ApiCommand } from '../api-command.js'

interface Sent {
  /** The job; `null` where there is nothing to do. */
  readonly id: string | null
  /** How many mails of the tenant are kept; counted as far as 10,000. */
  readonly kept: number
}

/** As many as one such job takes. */
const MOST = 1_000

export const sendKept: ApiCommand<object, Sent> = {
  usage: 'send-kept',
  summary: `Put the mails of the tenant in line that are kept, up to ${MOST}: for when there is a mail server.`,
  async act(api) {
    const { kept } = await api.get<{ kept: number }>('/mails/counts')
    if (kept === 0) return { id: null, kept }
    const { id } = await api.post<{ id: string }>('/jobs', { type: 'email:process_queue', data: {} })
    return { id, kept }
  },
  describe: ({ id, kept }) => {
    if (id === null) return 'No mail of this tenant is kept.'
    if (kept > MOST)
      return `The job ${id} puts ${MOST} mails in line that are kept. Ask again for the others.`
    return `The job ${id} puts the ${kept === 1 ? 'mail in line that is' : `${kept} mails in line that are`} kept.`
  },
}
