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

export class LaneExistsError extends FreightError {
  constructor(
    readonly laneId: string,
    laneName: string,
  ) {
    super(
      'FREIGHT_LANE_EXISTS',
      `The active dedicated lane "${laneName}" (${laneId}) takes shipments of this lane already. Use that one.`,
    )
  }
}

export class LaneNameTakenError extends FreightError {
  constructor(readonly laneName: string) {
    super(
      'FREIGHT_LANE_NAME_TAKEN',
      `There is a dedicated lane named "${laneName}" already. Choose another name.`,
    )
  }
}

export class DriverRequiredError extends FreightError {
  constructor() {
    super(
      'FREIGHT_DRIVER_REQUIRED',
      'A lane cannot assign shipments without a driver. Name one, or set autoAssign to false.',
    )
  }
}
