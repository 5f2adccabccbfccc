/** An error of the freight domain, with a stable code. */
export class FreightError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'FreightError'
  }
}

/** An error of one field of the input. */
export class FieldError extends FreightError {
  constructor(
    code: string,
    readonly field: string,
    message: string,
  ) {
    super(code, message)
  }
}

export class ShipmentNotFoundError extends FreightError {
  constructor(readonly shipmentId: string) {
    super(
      'FREIGHT_SHIPMENT_NOT_FOUND',
      `There is no shipment "${shipmentId}". Its id is the one it was sent with.`,
    )
  }
}

export class UnknownCustomerError extends FieldError {
  constructor(field: string, value: string) {
    super(
      'FREIGHT_UNKNOWN_CUSTOMER',
      field,
      `${field}: no customer has the id ${value}. Send its name to make one.`,
    )
  }
}

export class UnknownLocationError extends FieldError {
  constructor(field: string, value: string) {
    super(
      'FREIGHT_UNKNOWN_LOCATION',
      field,
      `${field}: no location has the id ${value}. Send its name to make one.`,
    )
  }
}

export class SameLocationError extends FieldError {
  constructor(value: string) {
    super(
      'FREIGHT_SAME_LOCATION',
      'destination',
      `destination: "${value}" is the origin as well. Origin and destination must differ.`,
    )
  }
}

export class ShipmentRefusedError extends FreightError {
  constructor(shipmentId: string | undefined, cause: unknown) {
    const which = shipmentId === undefined ? 'The shipment' : `The shipment "${shipmentId}"`
    super(
      'FREIGHT_SHIPMENT_REFUSED',
      `${which} was refused by the database: one of its values cannot be stored. Check its texts and numbers.`,
      { cause },
    )
  }
}

export class IllegalStatusError extends FreightError {
  constructor(
    shipmentId: string,
    from: string,
    to: string,
    readonly allowed: readonly string[],
  ) {
    const choice = allowed.length > 0 ? `Allowed from there: ${allowed.join(', ')}.` : 'That status is final.'
    super('FREIGHT_ILLEGAL_STATUS', `Shipment "${shipmentId}" is ${from} and cannot become ${to}. ${choice}`)
  }
}

export class ConfigChangedError extends FreightError {
  constructor(
    readonly sent: number,
    readonly current: number,
  ) {
    super(
      'FREIGHT_CONFIG_CHANGED',
      `The pattern configuration is at version ${current}, not ${sent}: somebody changed it meanwhile. Read it again and repeat your change.`,
    )
  }
}

export class CsvHeaderError extends FreightError {
  constructor(problem: string, known: readonly string[]) {
    super('FREIGHT_CSV_HEADER', `The header line of the CSV ${problem}. Known columns: ${known.join(', ')}.`)
  }
}
