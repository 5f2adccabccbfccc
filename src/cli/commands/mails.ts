import { Option, type Command } from 'commander'

import type { DeliveryState } from '../../notifications/index.js'
import { addApiCommand } from '../api-command.js'
import { at } from '../api-client.js'
import type { Builders } from '../app.js'
import { DELIVERY_STATES } from '../delivery-states.js'
import { listCommand } from '../list-command.js'
import { facts, table } from '../table.js'
import { sendKept } from './send-kept.js'
import { resendMails } from './resend-mails.js'

/** As the API tells it. */
interface ToldMail {
  readonly id: string
  readonly state: DeliveryState
  readonly recipient: string
  readonly cause: string
  readonly attempts: number
  readonly error: string | null
  readonly createdAt: string
  readonly changedAt: string
  readonly sentAt: string | null
  readonly dueAt: string | null
  readonly to: readonly string[] | null
  readonly subject: string | null
  readonly text: string | null
  readonly messageId: string | null
  readonly rejected: readonly string[]
  readonly response: string | null
}

type ToldCounts = Readonly<Record<DeliveryState, number>> & { readonly atLeast: readonly DeliveryState[] }

const list = listCommand<{ state?: string; recipient?: string }, ToldMail>({
  things: 'mails',
  summary: 'List mails, sent or not, newest first.',
  filters: [
    new Option('--state <state>', 'only in this state').choices(DELIVERY_STATES),
    new Option('--recipient <address>', 'only to this address, or to user:<id>'),
  ],
  path: '/mails',
  query: ({ state, recipient }) => ({ state, recipient }),
  columns: {
    ID: ({ id }) => id,
    STATE: ({ state }) => state,
    RECIPIENT: ({ to, recipient }) => to?.join(', ') ?? recipient,
    SUBJECT: ({ subject }) => subject,
    ATTEMPTS: ({ attempts }) => attempts,
    DUE: ({ dueAt }) => dueAt,
    CREATED: ({ createdAt }) => createdAt,
    ERROR: ({ error }) => error,
  },
})

export function addMails(program: Command, builders: Builders): void {
  const mails = program
    .command('mails')
    .description('Look at mails, send them again, say what became of those in doubt.')
  addApiCommand(mails, builders, list)
  addApiCommand(mails, builders, {
    usage: 'counts',
    summary: 'Count mails by their state.',
    act: (api) => api.get<ToldCounts>('/mails/counts'),
    describe: describeCounts,
  })
  addApiCommand(mails, builders, {
    usage: 'show <id>',
    summary: 'Show all of one mail, with its Message-ID and what the mail server said.',
    act: (api, _options, id: string) => api.get<ToldMail>(at`/mails/${id}`),
    describe: describeMail,
  })
  addApiCommand(mails, builders, resendMails)
  addApiCommand(mails, builders, {
    usage: 'settle <id> <sent|failed>',
    summary: 'Say what became of a mail in doubt; failed also gives up one that is kept or put off.',
    act: (api, _options, id: string, state: string) => api.post<ToldMail>(at`/mails/${id}/settle`, { state }),
    describe: ({ id, state }) => `The mail ${id} is ${state}.`,
  })
  addApiCommand(mails, builders, sendKept)
}

function describeCounts({ atLeast, ...counts }: ToldCounts): string {
  const most: readonly string[] = atLeast
  const rows = Object.entries(counts).map(([state, count]) => [
    state,
    most.includes(state) ? `${count}+` : count,
  ])
  return table(['STATE', 'MAILS'], rows)
}

function describeMail(mail: ToldMail): string {
  const { id, state, recipient, cause, attempts, error, subject, response, text } = mail
  const head = facts({
    ...{ id, state, recipient, cause },
    to: mail.to?.join(', '),
    subject,
    attempts,
    created: mail.createdAt,
    changed: mail.changedAt,
    due: mail.dueAt,
    sent: mail.sentAt,
    'message-id': mail.messageId,
    error,
    response,
    refused: mail.rejected.join(', '),
  })
  return text === null ? head : `${head}\n\n${text}`
}
