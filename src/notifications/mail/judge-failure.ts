/** What is known of an attempt to hand a mail over that failed. */
export interface SmtpFailure {
  /** nodemailer's: `EAUTH`, `EENVELOPE`, `ESOCKET`, … */
  readonly code?: string | undefined
  /** Of the server's last word, if it said anything: 421, 550, … */
  readonly responseCode?: number | undefined
  readonly command?: string | undefined
}

/** `'again'`: it was not taken, and may be later. `'never'`: it will not be taken. `'in-doubt'`: it may have been taken. */
export type Judgement = 'again' | 'never' | 'in-doubt'

/**
 * What follows from a failure. The server's last word counts; a server that fell silent after the mail itself had begun to go
 * out may have all of it.
 */
export function judgeFailure({ code, responseCode, command }: SmtpFailure, hadBegun: boolean): Judgement {
  // A wrong password, or no encryption, is not the mail's fault: whoever looks after the server mends it.
  if (code === 'EAUTH' || code === 'ETLS') return 'again'
  if (responseCode !== undefined) return responseCode >= 500 && responseCode !== 503 ? 'never' : 'again'
  if (hadBegun) return 'in-doubt'
  return command === 'API' || code === 'EMESSAGE' ? 'never' : 'again'
}
