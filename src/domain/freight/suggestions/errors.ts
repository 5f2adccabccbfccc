import { FreightError } from '../errors.js'

export class SuggestionNotFoundError extends FreightError {
  constructor(readonly suggestionId: string) {
    super(
      'FREIGHT_SUGGESTION_NOT_FOUND',
      `There is no lane suggestion ${suggestionId}. List the pending ones.`,
    )
  }
}

export class SuggestionDecidedError extends FreightError {
  constructor(
    suggestionId: string,
    readonly status: string,
  ) {
    super(
      'FREIGHT_SUGGESTION_DECIDED',
      `The lane suggestion ${suggestionId} is ${status} already. Only a pending one can be decided.`,
    )
  }
}

export class InvalidPeriodError extends FreightError {
  constructor(what: string) {
    super('FREIGHT_INVALID_PERIOD', `The period cannot be shown: ${what}.`)
  }
}
