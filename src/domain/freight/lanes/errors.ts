import { FreightError } from '../errors.js'

export class LaneNotFoundError extends FreightError {
  constructor(readonly laneId: string) {
    super('FREIGHT_LANE_NOT_FOUND', `There is no dedicated lane ${laneId}. List them to see which there are.`)
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
