import type { MailFacts, WebhookFacts } from '../store/channel-facts.js'
import { MOST } from '../store/job-facts.js'
import { adviseFor } from './advise-for.js'
import type { Facts, JobFacts } from './facts.js'
import { alarm, fine, warn, type Finding } from './finding.js'
import { countInWords, spanInWords } from './in-words.js'

export function judgeMailServer({ mailServer }: Pick<Facts, 'mailServer'>): Finding | undefined {
  if (mailServer === undefined) return undefined
  const { address, obstacle } = mailServer
  if (obstacle === undefined) return fine('mail server', `${address} answers, and takes mails from here.`)
  return alarm(
    'mail server',
    `${address} takes no mails from here: ${obstacle}.`,
    'Start it, or mend SMTP_HOST and what else begins with SMTP_ and start again. What fails until then is sent with `linehaul mails resend <id>`.',
  )
}

/** How far back mails are counted that were sent or failed. */
export const LATELY_MS = 3 * 86_400_000

export function judgeMails({ mails }: Pick<JobFacts, 'mails'>, hasServer: boolean): readonly Finding[] {
  const looks = [judgeKept(mails, hasServer), judgeDoubt(mails), judgeFailed(mails)]
  const findings = looks.filter((finding) => finding !== undefined)
  if (findings.length > 0) return findings
  return [fine('mails', `No mail is kept or in doubt. ${lately(mails)}.`)]
}

function judgeKept({ kept, keptTenantId }: MailFacts, hasServer: boolean): Finding | undefined {
  if (kept === 0) return undefined
  const what = `${mailsInWords(kept)}, ${mostOf(kept, keptTenantId)}, ${kept === 1 ? 'is' : 'are'} kept`
  if (!hasServer)
    return warn(
      'mails',
      `${what}, for there is no mail server to send by.`,
      adviseFor(
        keptTenantId,
        'Set SMTP_HOST and MAIL_FROM and start again, then put them in line with `linehaul mails send-kept`.',
      ),
    )
  return warn(
    'mails',
    `${what} from when there was no mail server, and ${kept === 1 ? 'is not sent by itself' : 'are not sent by themselves'}.`,
    adviseFor(
      keptTenantId,
      'Put them in line with `linehaul mails send-kept`, or give up one with `linehaul mails settle <id> failed`.',
    ),
  )
}

function judgeDoubt({ inDoubt, inDoubtTenantId }: MailFacts): Finding | undefined {
  if (inDoubt === 0) return undefined
  return warn(
    'mails',
    `Of ${mailsInWords(inDoubt)}, ${mostOf(inDoubt, inDoubtTenantId)}, nobody knows whether the mail server took ${inDoubt === 1 ? 'it' : 'them'}.`,
    adviseFor(
      inDoubtTenantId,
      'List them with `linehaul mails list --state in-doubt`, look for their Message-IDs in the log of the mail server, then settle them with `linehaul mails settle`, or send them again with `linehaul mails resend`.',
    ),
  )
}

/** Some addresses are always wrong: one mail in ten is more than that. */
function judgeFailed(mails: MailFacts): Finding | undefined {
  const { sent, failed, failedTenantId } = mails
  if (failed === 0 || 10 * failed < sent + failed) return undefined
  return warn(
    'mails',
    `${lately(mails)}, ${mostOf(failed, failedTenantId)}.`,
    adviseFor(
      failedTenantId,
      'See why with `linehaul mails list --state failed`, mend the cause, then send them with `linehaul mails resend --state failed`.',
    ),
  )
}

function lately({ sent, failed }: MailFacts): string {
  return `Of the mails of the last ${spanInWords(LATELY_MS)} ${sent} ${sent === 1 ? 'was' : 'were'} sent, and ${failed} failed`
}

/** Whose they are: the commands show nobody but the tenant that asks. */
function mostOf(count: number, tenantId: string): string {
  return `${count === 1 ? '' : 'above all '}of the tenant ${tenantId}`
}

/** For how long nothing has to have arrived at a webhook until it is worth a word. */
export const FAILING_LONG_MS = 3_600_000

export function judgeWebhooks({
  webhooks,
  unreadable,
}: Pick<JobFacts, 'webhooks' | 'unreadable'>): readonly Finding[] {
  const looks = [judgeUnsigned(unreadable.webhooks), judgeDisabled(webhooks), judgeFailing(webhooks)]
  const findings = looks.filter((finding) => finding !== undefined)
  if (findings.length > 0) return findings
  return [fine('webhooks', describeAll(webhooks))]
}

function describeAll({ total, unsteady }: WebhookFacts): string {
  if (total === 0) return 'There is none.'
  const all = webhooksInWords(total)
  if (unsteady === 0) return `${all}, at which nothing fails.`
  return `${all}; at ${unsteady} of them the last event did not arrive.`
}

function judgeUnsigned(count: number): Finding | undefined {
  if (count === 0) return undefined
  return alarm(
    'webhooks',
    `${webhooksInWords(count)} ${count === 1 ? 'is' : 'are'} sent nothing, for what signs it cannot be read.`,
    'Do what "stored secrets" says. If the key is lost, remove the webhooks and make them anew.',
  )
}

function judgeDisabled({ disabled, disabledBecause, disabledTenantId }: WebhookFacts): Finding | undefined {
  if (disabled === 0) return undefined
  return warn(
    'webhooks',
    `${webhooksInWords(disabled)} ${disabled === 1 ? 'was disabled,' : 'were disabled, the first'} of the tenant ${disabledTenantId}: ${disabledBecause} What happens is not written down for ${disabled === 1 ? 'it' : 'them'}.`,
    adviseFor(
      disabledTenantId,
      'See why with `linehaul webhooks list`, mend the receiver, enable it again with `linehaul webhooks enable <id>`, then send what failed with `linehaul webhooks redeliver <id> --state failed`. Remove one that is not wanted any more with `linehaul webhooks remove <id>`.',
    ),
  )
}

function judgeFailing({ failing, failingMs, failingTenantId }: WebhookFacts): Finding | undefined {
  if (failing === 0) return undefined
  return warn(
    'webhooks',
    `At ${webhooksInWords(failing)} nothing arrives, at the first, of the tenant ${failingTenantId}, for ${spanInWords(failingMs)}. After 24 h a webhook is disabled.`,
    adviseFor(
      failingTenantId,
      'See what the receiver answers with `linehaul webhooks deliveries <id> --state pending`, and mend it.',
    ),
  )
}

const mailsInWords = (count: number) => countInWords(count, 'mail', count >= MOST)
const webhooksInWords = (count: number) => countInWords(count, 'webhook', count >= MOST)
