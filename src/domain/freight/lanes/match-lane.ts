/** An active dedicated lane that assigns its driver to new shipments by itself. */
export interface AssigningLane {
  readonly id: string
  readonly customerId: string
  readonly originId: string
  readonly destinationId: string
  /** Null for any, `''` for shipments that state none. */
  readonly service: string | null
  readonly equipment: string | null
  readonly driverId: string
  readonly equipmentId: string | null
}

export interface Freight {
  readonly customerId: string
  readonly originId: string
  readonly destinationId: string
  readonly service: string | null
  readonly equipment: string | null
}

/** The lane that takes `freight`: the most specific one, of those the newest. */
export function matchLane(lanes: readonly AssigningLane[], freight: Freight): AssigningLane | undefined {
  return lanes.filter((lane) => takes(lane, freight)).sort(byPrecedence)[0]
}

function takes(lane: AssigningLane, freight: Freight): boolean {
  return (
    lane.customerId === freight.customerId &&
    lane.originId === freight.originId &&
    lane.destinationId === freight.destinationId &&
    (lane.service === null || lane.service === (freight.service ?? '')) &&
    (lane.equipment === null || lane.equipment === (freight.equipment ?? ''))
  )
}

function byPrecedence(a: AssigningLane, b: AssigningLane): number {
  return specificity(b) - specificity(a) || (a.id < b.id ? 1 : -1)
}

function specificity({ service, equipment }: AssigningLane): number {
  return Number(service !== null) + Number(equipment !== null)
}
