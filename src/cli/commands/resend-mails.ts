import { Option } from 'commander'

import type { ApiCommand } from '../api-command.js'
import { at } from '../api-client.js'
import { describeAgain, refuseNeither, sendAllAgain, type Again } from '../send-again.js'

/** One mail, or how many of a state. */
type Resent = { readonly id: string; readonly state: string } | Again

export const resendMails: ApiCommand<{ state?: string }, Resent> = {
  usage: 'resend [id]',
  summary:
    'Send a mail at once that is kept, put off, has failed or is in doubt, or with --state all that are in that state.',
  options: [
    new Option('--state <state>', 'instead of an id: all of this state').choices(['failed', 'in-doubt']),
  ],
  asks: ({ state }, id) =>
    state === undefined || id !== undefined ? undefined : `Send all mails again that are ${state}?`,
  async act(api, { state }, id?: string) {
    refuseNeither('mails', id, state)
    if (id !== undefined) return await api.post<Resent>(at`/mails/${id}/resend`)
    return sendAllAgain(api, { list: '/mails', state, verb: 'resend' })
  },
  describe: (answer) =>
    'resent' in answer ? describeAgain(answer, 'mail', 'mails') : `The mail ${answer.id} is ${answer.state}.`,
}
