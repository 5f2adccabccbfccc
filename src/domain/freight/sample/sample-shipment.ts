/** One shipment as the product's JSON takes it. Instants are ISO 8601 in UTC. */
export interface SampleShipment {
  readonly id: string
  readonly customer: string
  readonly origin: string
  readonly destination: string
  readonly service?: string
  readonly weightKg?: number
  /** In whole units of `currency`, with decimals: dollars, not cents. */
  readonly freightCharge?: number
  /** ISO 4217; there when, and only when, `freightCharge` is. */
  readonly currency?: string
  readonly shippedAt: string
  readonly deliveredAt?: string
  /** What else is known. Instants among them have names ending in `At`. */
  readonly attributes?: Readonly<Record<string, string>>
}
