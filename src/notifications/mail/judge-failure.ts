/** What is known of an attempt to hand a mail over that failed. */
export interface SmtpFailure {
  /** nodemailer's: `EAUTH`, `EENVELOPE`, `ESOCKET`, … */
  readonly code?: string | undefined
  /** Of the server's last word, if it said anything: 421, 550, … */
  readonly responseCode?: number | undefined
  /** What the server answered to: `CONN`, `EHLO`, `AUTH PLAIN`, `MAIL FROM`, `RCPT TO`, `DATA`, … */
  readonly command?: string | undefined
}

/** `'again'`: it was not taken, and may be later. `'never'`: it will not be taken. `'in-doubt'`: it may have been taken. */
export type Judgement = 'again' | 'never' | 'in-doubt'

/**
 * What follows from a failure. The server's last word counts; a server that fell silent after the mail itself had begun to go
 * out may have all of it.
 */
export function judgeFailure({ code, responseCode, command }: SmtpFailure, hadBegun: boolean): Judgement {
  if (responseCode !== undefined) return isAboutTheMail(responseCode, command) ? 'never' : 'again'
  if (hadBegun) return 'in-doubt'
  // The server was not asked: it had said that it takes no mail as big, or an address is none.
  return code === 'EMESSAGE' || code === 'EENVELOPE' ? 'never' : 'again'
}

/** RFC 4954, 6: what a server says to whom it does not know, or not well enough. Whoever looks after it mends that. */
export const LOGIN_REFUSALS: ReadonlySet<unknown> = new Set([530, 534, 535, 538])

/** More than the server takes of any mail; some say so to MAIL FROM, which tells the size. */
const TOO_BIG = 552

/** All others are about the connection, the login or who sends: other mails would fare no better. */
function isAboutTheMail(said: number, command: string | undefined): boolean {
  if (said < 500 || said === 503 || LOGIN_REFUSALS.has(said)) return false
  return command === 'RCPT TO' || command === 'DATA' || (command === 'MAIL FROM' && said === TOO_BIG)
}
