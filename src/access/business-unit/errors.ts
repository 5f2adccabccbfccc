import { AccessError } from '../access-error.js'

export class BusinessUnitNotFoundError extends AccessError {
  constructor(id: string) {
    super(
      'ACCESS_BUSINESS_UNIT_NOT_FOUND',
      `This tenant has no business unit ${id}. GET /api/v1/business-units lists those it has.`,
    )
  }
}

export class BusinessUnitExistsError extends AccessError {
  constructor(name: string, cause: unknown) {
    super(
      'ACCESS_BUSINESS_UNIT_EXISTS',
      `There is already a business unit named "${name}". Use it, or choose another name.`,
      { cause },
    )
  }
}

export class BusinessUnitInUseError extends AccessError {
  constructor(id: string, cause: unknown) {
    super(
      'ACCESS_BUSINESS_UNIT_IN_USE',
      `Somebody or something still belongs to the business unit ${id}. Move them to another one first.`,
      { cause },
    )
  }
}
