import type { Json } from '../../queue/index.js'
import type { Priority, Target } from '../notice.js'
import { countPlaces } from './fill.js'

/** Who is told how the jobs of a definition end, and in which words. */
export interface NotifyOptions {
  /** What people choose by in their preferences. Default `job.unknown`. */
  eventType?: string
  /** Of a job that is done. Default `'medium'`. */
  priority?: Priority
  /** Of a job that is dead. Default `'high'`. */
  failurePriority?: Priority
  /** `Pattern Analysis`, to which ` Completed` or ` Failed` is added. Default `'Job'`. */
  titleTemplate?: string
  /**
   * With `%s` for the job's id, for how it ended and for its result, in this order; of a job that is dead the result is its error.
   * Default: `Pattern analysis job %s has %s: %s` for the title `Pattern Analysis`; with `useCustomMessage` `%s`.
   */
  messageTemplate?: string
  /** Default: `job` and the definition's name. */
  tags?: readonly string[]
  /** Whether the title is the template as it stands, however the job ended. Default `false`. */
  useCustomTitle?: boolean
  /** Whether the message's one `%s` is the result, and it says neither id nor how the job ended. Default `false`. */
  useCustomMessage?: boolean
  /** Puts a result in words. Default: text as it is, any other value as JSON. */
  inWords?: (result: Json) => string
  /** Whom it is for. Default: whoever started the job; of what nobody did, failures are for admins, and the rest for nobody. */
  to?: Target
}

type Optional = 'tags' | 'to' | 'inWords'

/** The `notify` of a job definition, with every default filled in. */
export class JobNotify implements Required<Omit<NotifyOptions, Optional>> {
  readonly eventType: string
  readonly priority: Priority
  readonly failurePriority: Priority
  readonly titleTemplate: string
  readonly messageTemplate: string
  readonly useCustomTitle: boolean
  readonly useCustomMessage: boolean
  readonly tags: readonly string[] | undefined
  readonly inWords: (result: Json) => string
  readonly to: Target | undefined

  /** @throws {TypeError} when the message has not as many places as it has values. */
  constructor(options: NotifyOptions) {
    const { titleTemplate, useCustomMessage = false } = options
    this.eventType = options.eventType ?? 'job.unknown'
    this.priority = options.priority ?? 'medium'
    this.failurePriority = options.failurePriority ?? 'high'
    this.titleTemplate = titleTemplate ?? 'Job'
    this.useCustomTitle = options.useCustomTitle ?? false
    this.useCustomMessage = useCustomMessage
    this.messageTemplate =
      options.messageTemplate ?? (useCustomMessage ? '%s' : `${jobOf(titleTemplate)} %s has %s: %s`)
    this.tags = options.tags
    this.inWords = options.inWords ?? plainly
    this.to = options.to
    this.#refuseWrongPlaces()
    Object.freeze(this)
  }

  #refuseWrongPlaces(): void {
    const [places, values] = [countPlaces(this.messageTemplate), this.useCustomMessage ? 1 : 3]
    if (places === values) return
    const what = this.useCustomMessage ? 'the result' : "the job's id, for how it ended and for its result"
    throw new TypeError(
      `The messageTemplate "${this.messageTemplate}" has ${places} places: write ${values} times %s, for ${what}.`,
    )
  }
}

/** Says who is told how jobs end: the `notify` of their definition. A failure is told for the final attempt only. */
export function notifyOn(options: NotifyOptions = {}): JobNotify {
  return new JobNotify(options)
}

function jobOf(title: string | undefined): string {
  return title === undefined ? 'Job' : `${inSentence(title)} job`
}

/** `Pattern Analysis` as a sentence begins: `Pattern analysis`. Words in capitals stay: `ELD Import` is `ELD import`. */
function inSentence(title: string): string {
  const [first = '', ...rest] = title.split(' ')
  return [first, ...rest.map((word) => (/^\p{Lu}\p{Ll}/u.test(word) ? word.toLowerCase() : word))].join(' ')
}

function plainly(result: Json): string {
  return typeof result === 'string' ? result : JSON.stringify(result)
}
